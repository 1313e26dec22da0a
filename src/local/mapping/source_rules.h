#pragma once

#include "local/mapping/request_reader.h"
#include "local/model/request_problems.h"

namespace penstock::local {

// Adds what AWS's pages refuse in the members that name the source of a mapping and say how to
// authenticate there, beyond its model: EventSourceArn, SelfManagedEventSource, the configurations
// of both kinds of Kafka, and SourceAccessConfigurations. It also adds what AWS has and this
// program does not play.
void check_source(const RequestReader& request, RequestProblems& problems);

}  // namespace penstock::local

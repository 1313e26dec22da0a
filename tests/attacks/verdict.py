"""Judges what a program has held under attack, and collects the rows of the table."""

from besieged import Besieged, Holding
from report import Row

MIB = 1024 * 1024
# An allocator gives back only what lies at its heap's end, so that all of what an attack may take
# can stay for the next one: by docs/architecture.md 16 MiB of requests and 26 MB of connections.
GROWTH_KIB_MAX = 16 * 1024 + 26_000_000 // 1024
# The same for work that has been done before: all memory that it needs is there.
REPEATED_GROWTH_KIB_MAX = 1024


class Report:
    """The table and the problems of all cases. `case` is the one that runs."""

    def __init__(self, resident_mib_max: int) -> None:
        self.resident_mib_max = resident_mib_max
        self.rows: list[Row] = []
        self.problems: list[str] = []
        self.case = ""

    def problem(self, text: str) -> None:
        self.problems.append(f"{self.case}: {text}")

    def add(
        self,
        besieged: Besieged,
        counts: dict[str, int],
        start: Holding,
        after: Holding,
        grows: bool = True,
    ) -> None:
        """Adds a row, and what is wrong. Work that does not `grow` has been done before."""
        group = besieged.group
        failures = sum(len(probe.failures) for probe in besieged.probes)
        asked = sum(probe.asked() for probe in besieged.probes)
        slowest = max((probe.slowest for probe in besieged.probes), default=0.0)
        self.rows.append(
            {
                "attack": self.case,
                "opened": f"{counts.get('opened', 0):,}",
                "held": f"{counts.get('held', 0):,}",
                "RSS MiB": f"{start.rss_kib / 1024:.1f}",
                "at most": f"{after.peak_kib / 1024:.1f}",
                "after": f"{after.rss_kib / 1024:.1f}",
                "cgroup MiB": f"{group.peak_bytes() / MIB:.1f}" if group else "-",
                "socket buffers MiB": f"{group.socket_bytes() / MIB:.1f}" if group else "-",
                "checks failed": f"{failures} of {asked}",
                "slowest ms": f"{slowest * 1000:.0f}",
            }
        )
        self._judge(start, after, GROWTH_KIB_MAX if grows else REPEATED_GROWTH_KIB_MAX)
        for probe in besieged.probes:
            if probe.failures:
                self.problem(
                    f"{len(probe.failures)} of {probe.asked()} requests for "
                    f"{probe.name} failed, the first one by: {probe.failures[0]}"
                )
        status, _ = besieged.server.get("/healthcheck")
        if status != 200:
            self.problem(f"the health check after the attack got {status}")

    def add_end(self, reason: str) -> None:
        """Adds the row of a program that has ended, or of an attack that could not be made."""
        self.rows.append({"attack": self.case, "opened": reason.partition("\n")[0]})
        self.problem(reason)

    def _judge(self, start: Holding, after: Holding, growth_kib_max: int) -> None:
        if after.peak_kib > self.resident_mib_max * 1024:
            self.problem(
                f"{after.peak_kib / 1024:.1f} MiB were resident; the bound is "
                f"{self.resident_mib_max} MiB"
            )
        if after.rss_kib - start.rss_kib > growth_kib_max:
            self.problem(
                f"resident memory grew from {start.rss_kib} to {after.rss_kib} KiB; the bound is "
                f"{growth_kib_max} KiB more"
            )
        if after.descriptors > start.descriptors:
            self.problem(
                f"{after.descriptors} descriptors are open after the attack, and "
                f"{start.descriptors} were before"
            )

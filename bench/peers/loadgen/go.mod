module penstock/bench/peers/loadgen

go 1.24.0

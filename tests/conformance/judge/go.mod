module penstock.test/judge

go 1.21

module penstock/bench/peers/tokens

go 1.24.0

require github.com/golang-jwt/jwt/v5 v5.3.1

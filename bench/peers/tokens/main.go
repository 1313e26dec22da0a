// Makes an issuer for the benchmarks: a key of each algorithm in FOLDER/keys.json, and --count
// tokens of each in FOLDER/ALGORITHM.txt, one on a line, no two alike.
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func text(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func main() {
	folder := flag.String("folder", ".", "where the files go")
	count := flag.Int("count", 20000, "tokens of each algorithm")
	issuer := flag.String("issuer", "https://issuer.example", "their issuer")
	audience := flag.String("audience", "hello", "their audience")
	flag.Parse()

	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	edPublic, edKey, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	ecPublic, err := ecKey.PublicKey.ECDH()
	check(err)
	point := ecPublic.Bytes() // 4, and both coordinates of 32 bytes.
	set := map[string]any{"keys": []map[string]string{
		{"kty": "RSA", "kid": "RS256", "alg": "RS256", "use": "sig", "n": text(rsaKey.N.Bytes()),
			"e": text(big.NewInt(int64(rsaKey.E)).Bytes())},
		{"kty": "EC", "kid": "ES256", "alg": "ES256", "use": "sig", "crv": "P-256",
			"x": text(point[1:33]), "y": text(point[33:])},
		{"kty": "OKP", "kid": "EdDSA", "alg": "EdDSA", "use": "sig", "crv": "Ed25519",
			"x": text(edPublic)},
	}}
	document, err := json.Marshal(set)
	check(err)
	check(os.WriteFile(filepath.Join(*folder, "keys.json"), document, 0o600))
	write(*folder, jwt.SigningMethodRS256, rsaKey, *count, *issuer, *audience)
	write(*folder, jwt.SigningMethodES256, ecKey, *count, *issuer, *audience)
	write(*folder, jwt.SigningMethodEdDSA, edKey, *count, *issuer, *audience)
}

func write(folder string, method jwt.SigningMethod, key any, count int, issuer, audience string) {
	file, err := os.Create(filepath.Join(folder, method.Alg()+".txt"))
	check(err)
	out, now := bufio.NewWriter(file), time.Now().Unix()
	for number := range count {
		token := jwt.NewWithClaims(method, jwt.MapClaims{
			"iss": issuer, "aud": audience, "sub": "client-of-the-benchmark", "client_id": "benchmark",
			"iat": now, "nbf": now, "exp": now + 12*3600, "scope": "hello read write",
			"jti": fmt.Sprintf("%08d-%08x", number, number*2654435761),
		})
		token.Header["kid"], token.Header["typ"] = method.Alg(), "at+jwt"
		signed, err := token.SignedString(key)
		check(err)
		fmt.Fprintln(out, signed)
	}
	check(out.Flush())
	check(file.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

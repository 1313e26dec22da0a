package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"math/big"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const scopeOfHello = "hello"

type claims struct {
	Scope string `json:"scope"`
	jwt.RegisteredClaims
}

// readKeys reads a JSON Web Key Set (RFC 7517) into keys by their kid.
func readKeys(path string) map[string]any {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var set struct {
		Keys []struct{ Kty, Kid, Crv, N, E, X, Y string }
	}
	if err := json.Unmarshal(text, &set); err != nil {
		log.Fatal(err)
	}
	keys := map[string]any{}
	for _, key := range set.Keys {
		switch key.Kty {
		case "RSA":
			keys[key.Kid] = &rsa.PublicKey{N: number(key.N), E: int(number(key.E).Int64())}
		case "EC":
			keys[key.Kid] = &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(key.X), Y: number(key.Y)}
		case "OKP":
			keys[key.Kid] = ed25519.PublicKey(number(key.X).FillBytes(make([]byte, ed25519.PublicKeySize)))
		}
	}
	return keys
}

func number(text string) *big.Int {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return new(big.Int).SetBytes(bytes)
}

// withToken calls next for a request whose bearer token is valid and has the scope.
func withToken(
	keys map[string]any, issuer, audience string, next http.HandlerFunc,
) http.HandlerFunc {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256", "ES256", "EdDSA"}),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithLeeway(time.Minute))
	find := func(token *jwt.Token) (any, error) {
		kid, _ := token.Header["kid"].(string)
		if key, known := keys[kid]; known {
			return key, nil
		}
		return nil, errors.New("unknown key")
	}
	return func(w http.ResponseWriter, r *http.Request) {
		text, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var claims claims
		if !isBearer {
			w.Header().Set("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, []byte(`{"title":"Unauthorized","status":401}`))
			return
		}
		if _, err := parser.ParseWithClaims(text, &claims, find); err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			answer(w, http.StatusUnauthorized, []byte(`{"title":"Unauthorized","status":401}`))
			return
		}
		if !slices.Contains(strings.Fields(claims.Scope), scopeOfHello) {
			answer(w, http.StatusForbidden, []byte(`{"title":"Forbidden","status":403}`))
			return
		}
		next(w, r)
	}
}

#!/usr/bin/env bash
# In HCL, Terraform's language, brackets and braces make tuples and objects. A list or a map, as a
# variable of type list(string) is, never equals one, whatever is in it: "==" gives false without a
# warning. So a condition of a variable or a test, such as var.names == [], is never true. tolist()
# makes a list of the brackets, but not of empty ones: the type of nothing is not that of a text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > go.mod <<'MOD'
module finding
go 1.23
require (
	github.com/hashicorp/hcl/v2 v2.24.0
	github.com/zclconf/go-cty v1.17.0
)
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func main() {
	a := cty.StringVal("a")
	context := &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"names": cty.ListVal([]cty.Value{a}),
			"none":  cty.ListValEmpty(cty.String),
			"tags":  cty.MapVal(map[string]cty.Value{"a": a}),
		},
		Functions: map[string]function.Function{
			"length": stdlib.LengthFunc,
			"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		},
	}
	for _, text := range []string{`names[0] == "a"`, `names == ["a"]`, `names != ["a"]`,
		`none == []`, `tags == {a = "a"}`, `names == tolist(["a"])`,
		`none == tolist([])`, `length(none) == 0`} {
		expression, problems := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
		value, more := expression.Value(context)
		fmt.Println(text, "is", value.True(), "with", len(problems)+len(more), "diagnostics")
	}
}
GO

seen=$(GOFLAGS=-mod=mod go run . 2> go.log)
echo 'guess: names == ["a"], none == [] and tags == {a = "a"} are true'
echo "seen, hcl 2.24.0:"
echo "$seen"
[[ $seen == 'names[0] == "a" is true with 0 diagnostics
names == ["a"] is false with 0 diagnostics
names != ["a"] is true with 0 diagnostics
none == [] is false with 0 diagnostics
tags == {a = "a"} is false with 0 diagnostics
names == tolist(["a"]) is true with 0 diagnostics
none == tolist([]) is false with 0 diagnostics
length(none) == 0 is true with 0 diagnostics' ]] ||
  { echo "This has changed."; exit 1; }

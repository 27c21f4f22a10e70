package archtest

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

const module = "github.com/rapport-go/rapport"

// house is the plan of DESIGN.md sections 1 and 3.
func house(t *testing.T) Rules {
	t.Helper()
	return Rules{
		Module: module,
		Wings:  []string{"customer", "interaction", "loyalty", "feedback", "metrics", "culture"},
		Siblings: map[string][]string{
			"interaction/sla":      {"interaction/businesstime"},
			"interaction/outreach": {"interaction/businesstime"},
			"culture/salutation":   {"culture/personname"},
		},
		Modules:     committed(t),
		TestModules: []string{"github.com/stretchr/testify", "pgregory.net/rapid"},
		TestOnly:    []string{"internal/golden", "internal/archtest"},
		Goroutines:  []string{"customer/match", "metrics/clv"}, // workers that end with the call
		Tools:       []string{"internal/golden", "internal/archtest"},
	}
}

// committed reads the list of third-party modules by package.
func committed(t *testing.T) map[string][]string {
	t.Helper()
	f, err := os.Open("testdata/modules.txt")
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	out := map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if fields := strings.Fields(line); len(fields) == 2 {
			out[fields[0]] = append(out[fields[0]], fields[1])
		}
	}
	require.NotEmpty(t, out)
	return out
}

func TestTheHouseKeepsItsPlan(t *testing.T) {
	t.Parallel()
	found, err := Check(os.DirFS("../.."), house(t))
	require.NoError(t, err)
	for _, v := range found {
		t.Error(v)
	}
}

// The top level holds what DESIGN.md names and nothing else.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	allowed := strings.Fields(`go.mod go.sum README.md CHANGELOG.md DESIGN.md STYLE.md LICENSE NOTICE .gitignore .git .ci
		docs internal examples customer interaction loyalty feedback metrics culture`)
	entries, err := os.ReadDir("../..")
	require.NoError(t, err)
	for _, e := range entries {
		require.Contains(t, allowed, e.Name())
	}
}

// Every wing says in its doc.go what STYLE.md rule 15 asks for.
func TestWingsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, wing := range house(t).Wings {
		text, err := os.ReadFile("../../" + wing + "/doc.go")
		require.NoError(t, err)
		var headings strings.Builder
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "// # ") {
				headings.WriteString(strings.ToLower(line))
			}
		}
		for _, word := range []string{"vocabulary", "representation", "rounding", "errors", "concurrency", "sources"} {
			require.Contains(t, headings.String(), word, "%s/doc.go has no section on it", wing)
		}
	}
}

// A check that finds nothing proves nothing: each planted violation must be
// found, in its file and line, and nothing else.
func TestPlantedViolations(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, file, src, want string }{
		{"wing to wing", "loyalty/a.go", "package loyalty\nimport _ \"" + module + "/customer\"", "loyalty/a.go:2: a wing never imports another wing: customer"},
		{"wing to wing in a test", "loyalty/a_test.go", "package loyalty\nimport _ \"" + module + "/metrics/clv\"", "loyalty/a_test.go:2: a wing never imports another wing: metrics/clv"},
		{"root to its part", "interaction/a.go", "package interaction\nimport _ \"" + module + "/interaction/sla\"", "interaction/a.go:2: a wing's root imports none of its sub-packages: interaction/sla"},
		{"sibling without an arrow", "interaction/businesstime/a.go", "package businesstime\nimport _ \"" + module + "/interaction/sla\"", "interaction/businesstime/a.go:2: siblings import each other only where the plan draws the arrow: interaction/sla"},
		{"internal to wing", "internal/civil/a.go", "package civil\nimport _ \"" + module + "/culture\"", "internal/civil/a.go:2: root internal packages know no wing: culture"},
		{"wing to examples", "metrics/a.go", "package metrics\nimport _ \"" + module + "/examples/x\"", "metrics/a.go:2: nothing imports the examples: examples/x"},
		{"golden outside tests", "metrics/a.go", "package metrics\nimport _ \"" + module + "/internal/golden\"", "metrics/a.go:2: only tests import this package: internal/golden"},
		{"os", "metrics/a.go", "package metrics\nimport _ \"os\"", "metrics/a.go:2: a wing does no I/O, keeps no clock and logs nothing: os"},
		{"http", "metrics/a.go", "package metrics\nimport _ \"net/http\"", "metrics/a.go:2: a wing does no I/O, keeps no clock and logs nothing: net/http"},
		{"unlisted module", "metrics/a.go", "package metrics\nimport _ \"github.com/x/y\"", "metrics/a.go:2: a module outside the committed list (DESIGN.md): github.com/x/y"},
		{"gonum in a wing without numerics", "customer/a.go", "package customer\nimport _ \"gonum.org/v1/gonum/mat\"", "customer/a.go:2: a module outside the committed list (DESIGN.md): gonum.org/v1/gonum/mat"},
		{"test module outside a test", "metrics/a.go", "package metrics\nimport _ \"github.com/stretchr/testify/require\"", "metrics/a.go:2: a module outside the committed list (DESIGN.md): github.com/stretchr/testify/require"},
		{"suite with a module", "loyalty/loyaltytest/a.go", "package loyaltytest\nimport _ \"github.com/shopspring/decimal\"", "loyalty/loyaltytest/a.go:2: a module outside the committed list (DESIGN.md): github.com/shopspring/decimal"},
		{"clock", "metrics/a.go", "package metrics\nimport \"time\"\nvar a = time.Now()", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: time.Now"},
		{"renamed clock", "metrics/a.go", "package metrics\nimport x \"time\"\nvar a = x.Local", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: x.Local"},
		{"shared randomness", "metrics/a.go", "package metrics\nimport \"math/rand/v2\"\nvar a = rand.IntN(3)", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: rand.IntN"},
		{"decimal global", "metrics/a.go", "package metrics\nimport \"github.com/shopspring/decimal\"\nvar a = decimal.DivisionPrecision", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: decimal.DivisionPrecision"},
		{"decimal Div", "metrics/a.go", "package metrics\nimport \"github.com/shopspring/decimal\"\nfunc a(x, y decimal.Decimal) { x.Div(y) }", "metrics/a.go:3: results never depend on package variables or the machine's zone: DivRound with places, In with a zone: Div"},
		{"renamed decimal Div", "metrics/a.go", "package metrics\nimport d \"github.com/shopspring/decimal\"\nfunc a(x, y d.Decimal) { x.Div(y) }", "metrics/a.go:3: results never depend on package variables or the machine's zone: DivRound with places, In with a zone: Div"},
		{"Div in a file without the import", "metrics/a.go", "package metrics\nfunc a(r row) { r.num.Div(r.den) }", "metrics/a.go:2: results never depend on package variables or the machine's zone: DivRound with places, In with a zone: Div"},
		{"Div as a value", "metrics/a.go", "package metrics\nfunc a(r row) { f := r.num.Div; f(r.den) }", "metrics/a.go:2: results never depend on package variables or the machine's zone: DivRound with places, In with a zone: Div as a value"},
		{"the machine's zone by method", "metrics/a.go", "package metrics\nfunc a(r row) { r.at.Local() }", "metrics/a.go:2: results never depend on package variables or the machine's zone: DivRound with places, In with a zone: Local"},
		{"dot import", "metrics/a.go", "package metrics\nimport . \"time\"", "metrics/a.go:2: no dot imports: a name says where it is from: time"},
		{"print", "metrics/a.go", "package metrics\nimport \"fmt\"\nfunc a() { fmt.Println() }", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: fmt.Println"},
		{"println", "metrics/a.go", "package metrics\nfunc a() { println() }", "metrics/a.go:2: a wing does no I/O, keeps no clock and logs nothing: println"},
		{"slog", "metrics/a.go", "package metrics\nimport \"log/slog\"\nfunc a() { slog.Info(\"\") }", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: slog.Info"},
		{"templates", "metrics/a.go", "package metrics\nimport _ \"text/template\"", "metrics/a.go:2: a wing does no I/O, keeps no clock and logs nothing: text/template"},
		{"machine randomness", "metrics/a.go", "package metrics\nimport _ \"crypto/rand\"", "metrics/a.go:2: a wing does no I/O, keeps no clock and logs nothing: crypto/rand"},
		{"timeout", "metrics/a.go", "package metrics\nimport \"context\"\nfunc a() { context.WithTimeout(nil, 1) }", "metrics/a.go:3: the caller passes the instant, the zone, the seed and the precision: context.WithTimeout"},
		{"clock in a private helper", "internal/civil/a.go", "package civil\nimport \"time\"\nvar a = time.Now()", "internal/civil/a.go:3: the caller passes the instant, the zone, the seed and the precision: time.Now"},
		{"golden in a private helper", "internal/civil/a.go", "package civil\nimport _ \"" + module + "/internal/golden\"", "internal/civil/a.go:2: only tests import this package: internal/golden"},
		{"module in a private helper", "internal/civil/a.go", "package civil\nimport _ \"gonum.org/v1/gonum/mat\"", "internal/civil/a.go:2: a module outside the committed list (DESIGN.md): gonum.org/v1/gonum/mat"},
		{"private type in a variable", "metrics/a.go", "package metrics\nimport \"" + module + "/internal/civil\"\n// A is documented.\nvar A = civil.Date{}", "metrics/a.go:4: private helpers never appear in a public signature: civil.Date"},
		{"undocumented Push", "metrics/a.go", "package metrics\n// T is documented.\ntype T struct{}\nfunc (T) Push() {}", "metrics/a.go:4: every exported name has a doc comment: Push"},
		{"goroutine of a group", "metrics/a.go", "package metrics\nfunc a(w group) { w.Go(func() {}) }", "metrics/a.go:2: the library starts no goroutine: a call of Go"},
		{"goroutine", "metrics/a.go", "package metrics\nfunc a() {\n\tgo a()\n}", "metrics/a.go:3: the library starts no goroutine: go statement"},
		{"init", "metrics/a.go", "package metrics\nfunc init() {}", "metrics/a.go:2: no init and no registry: func init"},
		{"private type in a result", "metrics/a.go", "package metrics\nimport \"" + module + "/internal/civil\"\n// A is documented.\nfunc A() (d civil.Date) { return }", "metrics/a.go:4: private helpers never appear in a public signature: civil.Date"},
		{"private type in a field", "metrics/a.go", "package metrics\nimport \"" + module + "/internal/civil\"\n// A is documented.\ntype A struct {\n\tD []civil.Date\n\td civil.Date\n}", "metrics/a.go:5: private helpers never appear in a public signature: civil.Date"},
		{"undocumented function", "metrics/a.go", "package metrics\nfunc A() {}", "metrics/a.go:2: every exported name has a doc comment: A"},
		{"undocumented method", "metrics/a.go", "package metrics\n// T is documented.\ntype T[K any] struct{}\nfunc (T[K]) A() {}", "metrics/a.go:4: every exported name has a doc comment: A"},
		{"undocumented type in a group", "metrics/a.go", "package metrics\n// Group.\ntype (\n\tA int\n)", "metrics/a.go:4: every exported name has a doc comment: A"},
		{"undocumented constant", "metrics/a.go", "package metrics\nconst A = 1", "metrics/a.go:2: every exported name has a doc comment: A"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found, err := Check(fstest.MapFS{c.file: {Data: []byte(c.src)}}, house(t))
			require.NoError(t, err)
			var got []string
			for _, v := range found {
				got = append(got, v.String())
			}
			require.Equal(t, []string{c.want}, got)
		})
	}
}

// What the plan allows is not reported.
func TestAllowed(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"interaction/sla/a.go":       {Data: []byte("package sla\nimport (\n_ \"" + module + "/interaction\"\n_ \"" + module + "/interaction/businesstime\"\n_ \"" + module + "/internal/civil\"\n)")},
		"customer/a.go":              {Data: []byte("package customer\nimport (\n_ \"net/mail\"\n_ \"log/slog\"\n_ \"github.com/shopspring/decimal\"\n_ \"golang.org/x/text/language\"\n)")},
		"customer/a_test.go":         {Data: []byte("package customer\nimport (\n_ \"os\"\n_ \"time\"\n_ \"pgregory.net/rapid\"\n_ \"" + module + "/internal/golden\"\n)")},
		"metrics/clv/a.go":           {Data: []byte("package clv\nimport (\n_ \"gonum.org/v1/gonum/mat\"\n\"math/big\"\n)\nfunc a(x, y *big.Int) { go a(x, y); x.Div(x, y) }")},
		"examples/quickstart/a.go":   {Data: []byte("package main\nimport (\n_ \"os\"\n_ \"" + module + "/customer\"\n_ \"" + module + "/loyalty\"\n)")},
		"loyalty/loyaltytest/a.go":   {Data: []byte("package loyaltytest\nimport \"time\"\nfunc a() { go a(); _ = time.Now }")},
		"examples/crm/go.mod":        {Data: []byte("module x")},
		"examples/crm/a.go":          {Data: []byte("package main\nimport _ \"github.com/anything/at/all\"")},
		"loyalty/testdata/broken.go": {Data: []byte("package broken\nfunc init() {}")},
	}
	found, err := Check(tree, house(t))
	require.NoError(t, err)
	require.Empty(t, found)
}

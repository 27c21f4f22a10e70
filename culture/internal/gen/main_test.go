package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-go/rapport/culture/internal/gen/source"
)

// The committed tables are what the generator makes of the pinned packages, byte for
// byte, twice. Without the packages there is nothing to compare with.
func TestTablesAreCurrent(t *testing.T) {
	src := os.Getenv("RAPPORT_CLDR")
	if src == "" {
		t.Skip("RAPPORT_CLDR names no folder with the packages of cldr.lock")
	}
	set, err := source.Open("cldr.lock", src)
	if err != nil {
		t.Fatal(err)
	}
	first, err := build(set)
	if err != nil {
		t.Fatal(err)
	}
	second, err := build(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outputs() {
		committed, err := os.ReadFile(filepath.Join("..", "tables", o.file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first[o.file], committed) {
			t.Errorf("%s is not what the generator makes: run go generate ./culture/internal/tables", o.file)
		}
		if !bytes.Equal(first[o.file], second[o.file]) {
			t.Errorf("%s differs from one run to the next", o.file)
		}
	}
}

// A folder without the packages is told apart from one with other packages.
func TestSourceRefusesOtherBytes(t *testing.T) {
	dir := t.TempDir()
	if _, err := source.Open("cldr.lock", dir); err == nil || !strings.Contains(err.Error(), source.ErrAbsent.Error()) {
		t.Errorf("an empty folder: %v", err)
	}
	text, err := os.ReadFile("cldr.lock")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct{ Packages []source.Package }
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	for _, p := range lock.Packages {
		if !strings.HasPrefix(p.Integrity, "sha512-") || p.Version == "" || p.Licence == "" || p.Use == "" {
			t.Errorf("%s: the row is not whole", p.Name)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, lock.Packages[0].File), []byte("forged"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = source.Open("cldr.lock", dir)
	if err == nil || !strings.Contains(err.Error(), "has the hash") {
		t.Errorf("a forged package: %v", err)
	}
	for _, p := range lock.Packages[1:] {
		if err == nil || !strings.Contains(err.Error(), p.Name) {
			t.Errorf("%s is missing and not named: %v", p.Name, err)
		}
	}
}

// Each fault that lint knows is found where it is planted.
func TestLintFindsPlantedFaults(t *testing.T) {
	full := cell{"givenFirst", "long", "referring", "formal"}
	monogram := cell{"givenFirst", "long", "monogram", "informal"}
	for _, c := range []struct {
		cell    cell
		pattern string
		want    string
	}{
		{full, "{title} {given} {surname}", ""},
		{full, "{given} {given2-initial} {surname-prefix} {surname-core} {generation}, {credentials}", ""},
		{monogram, "{given-informal-monogram-allCaps}", ""},
		{full, "{given} {credentials}", "loses the given name or the surname"},
		{full, "{title} {surname}", "loses the given name or the surname"},
		{full, "{given} {surnam}", "unknown field"},
		{full, "{given-shout} {surname}", "unknown or repeated modifier"},
		{full, "{given-initial-monogram} {surname}", "unknown or repeated modifier"},
		{full, "{given}  {surname}", "literal"},
		{full, "{given} {surname} ", "blank"},
		{full, "{given} {surname", "bad field"},
		{full, "{given}} {surname}", "literal"},
		{full, "{given} {given} {surname}", "twice"},
		{full, "{given}\\{surname}", "literal"},
		{monogram, "{given2-monogram}", "shows neither name"},
		{monogram, "{given-monogram}{surname2-monogram}", "surname2 without surname"},
	} {
		got := strings.Join(lintPattern(c.cell, c.pattern), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%q: want %q, have %q", c.pattern, c.want, got)
		}
	}
	good := nameData{
		GivenFirst: []string{"und", "de"}, SurnameFirst: []string{"ko"}, Formality: "formal", Length: "long",
		NativeSpace: " ", ForeignSpace: " ", Initial: "{0}.", Sequence: "{0} {1}",
	}
	if problems := lintSettings(&good); len(problems) > 0 {
		t.Errorf("good settings: %v", problems)
	}
	for want, spoil := range map[string]func(*nameData){
		"neither order names und":     func(d *nameData) { d.GivenFirst = []string{"de"} },
		"in both orders":              func(d *nameData) { d.SurnameFirst = []string{"de"} },
		"default length":              func(d *nameData) { d.Length = "huge" },
		"default formality":           func(d *nameData) { d.Formality = "" },
		"initial":                     func(d *nameData) { d.Initial = "." },
		"sequence":                    func(d *nameData) { d.Sequence = "{1}{0}" },
		"a tab or line break in \t":   func(d *nameData) { d.NativeSpace = "\t" },
		"a tab or line break in a\nb": func(d *nameData) { d.ForeignSpace = "a\nb" },
	} {
		bad := good
		spoil(&bad)
		if got := strings.Join(lintSettings(&bad), "; "); !strings.Contains(got, want) {
			t.Errorf("want %q, have %q", want, got)
		}
	}
}

// A correction is refused once the source no longer has what it corrects.
func TestCorrectionsNoticeANewSource(t *testing.T) {
	all := map[string]*nameData{}
	for _, locale := range []string{"yue", "yue-Hans", "yue-Hant", "yue-Hant-CN", "yue-Hant-MO"} {
		all[locale] = &nameData{Patterns: map[string]map[string]map[string]map[string]string{
			"givenFirst": {"medium": {"referring": {"formal": "{given} {credentials}，{generation} {given2-initial}"}}},
		}}
	}
	if err := override(all); err != nil {
		t.Fatal(err)
	}
	if got := all["yue"].Patterns["givenFirst"]["medium"]["referring"]["formal"]; !strings.Contains(got, "{surname}") {
		t.Errorf("not corrected: %s", got)
	}
	if err := override(all); err == nil || !strings.Contains(err.Error(), "the source now has") {
		t.Errorf("a second correction: %v", err)
	}
}

// Without a source the generator leaves the files as they are and ends well; that is
// what go generate does on a machine without the packages.
func TestRunWritesAllOrNothing(t *testing.T) {
	out := t.TempDir()
	if err := run("cldr.lock", t.TempDir(), out); err == nil {
		t.Error("a named folder without packages is an error")
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

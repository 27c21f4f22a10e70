package culture_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

func with(t testing.TB, packs ...fs.FS) *culture.Resolver {
	t.Helper()
	r, err := culture.New(&culture.Options{Packs: packs})
	require.NoError(t, err)
	return r
}

func overridePack(rows ...string) fs.FS {
	return fstest.MapFS{"overrides.json": {Data: []byte(overrides(rows...))}}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	c := in("ja", "JP")
	r := with(t, overridePack(
		`{"fact":"jp.directness.1","action":"set","value":"tactful","text":"Our customers there want it plain and kind.","confidence":0.9`+why,
		`{"fact":"jp.punctuality.1","action":"drop"`+why,
	))
	a := r.Directness(c)
	require.Equal(t, culture.Tactful, a.Value)
	require.Equal(t, culture.Host, a.Basis)
	require.False(t, a.Ask, "the host vouches for it")
	require.InDelta(t, 0.9, a.Confidence, 1e-9)
	require.True(t, a.Rating.Override)
	require.Contains(t, r.Best(c, culture.Directness).Explain(), "set to 0.90 by the host")
	require.Equal(t, culture.Fallback, r.Best(c, culture.Punctuality).Basis, "a dropped fact is never answered")
	_, _, ok := r.Fact("jp.punctuality.1", culture.Date{})
	require.False(t, ok)
	require.Equal(t, culture.Indirect, culture.Default().Directness(c).Value, "the built-in facts are untouched")
	require.Equal(t, culture.Reported, culture.Default().Best(c, culture.Punctuality).Basis)

	// A fact whose opponent is dropped is disputed no more.
	poland := in("pl", "PL")
	require.True(t, culture.Default().Directness(poland).Ask)
	settled := with(t, overridePack(`{"fact":"pl.directness.2","action":"drop"`+why)).Directness(poland)
	require.Equal(t, culture.Direct, settled.Value)
	require.False(t, settled.Ask)
	require.InDelta(t, 0.75, settled.Confidence, 1e-9)

	// Of two packs the earlier one wins.
	two := with(t,
		overridePack(`{"fact":"jp.directness.1","action":"set","value":"direct"`+why),
		overridePack(`{"fact":"jp.directness.1","action":"drop"`+why))
	require.Equal(t, culture.Direct, two.Directness(c).Value)
}

// A pack may hold both files, and files of other parts, which are not read here.
func TestPackWithBothFiles(t *testing.T) {
	t.Parallel()
	facts, err := fs.ReadFile(hostPack(fact("h.1", "")), "facts.json")
	require.NoError(t, err)
	r := with(t, fstest.MapFS{
		"facts.json": {Data: facts}, "overrides.json": {Data: []byte(overrides(`{"fact":"jp.punctuality.1","action":"drop"` + why))},
		"rules.json": {Data: []byte("not ours")},
	})
	require.Equal(t, culture.FactID("h.1"), r.Best(in("zh", "CN"), culture.Gift).Value.Fact)
	require.Equal(t, culture.Fallback, r.Best(in("ja", "JP"), culture.Punctuality).Basis)
	_, err = culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{"facts.json": {Data: []byte("{")}, "overrides.json": {Data: []byte("[")}}}})
	require.ErrorContains(t, err, "facts.json: ")
	require.ErrorContains(t, err, "overrides.json: ")
	_, err = culture.New(&culture.Options{Packs: []fs.FS{nil}})
	require.ErrorIs(t, err, culture.ErrPack)
	_, err = culture.New(&culture.Options{Packs: []fs.FS{unreadable{}}})
	require.ErrorIs(t, err, culture.ErrPack)
	require.ErrorIs(t, err, errBroken)
}

// unreadable has facts, and overrides that cannot be read.
type unreadable struct{}

func (unreadable) Open(name string) (fs.File, error) {
	if name == "facts.json" {
		return hostPack(fact("a", "")).Open(name)
	}
	return nil, errBroken
}

// Hostile packs are refused at once, with an error of a size that people can read.
func TestHostilePacks(t *testing.T) {
	t.Parallel()
	var many []string
	for range 3000 {
		many = append(many, fact("same", `,"conflicts_with":"`+strings.Repeat("z", 50)+`"`))
	}
	rows := map[string]string{
		"deep":             strings.Repeat("[", 100_000),
		"long text":        `{"schema":"` + strings.Repeat("x", 500_000) + `","sources":{},"facts":[]}`,
		"thousands wrong":  `{"schema":"etiquette-facts/1","sources":{},"facts":[` + strings.Join(many, ",") + `]}`,
		"invalid UTF-8":    "{\"schema\":\"\xff\"}",
		"trailing text":    `{"schema":"etiquette-facts/1","sources":{},"facts":[]} {}`,
		"null":             `null`,
		"number":           `1e999999`,
		"repeated key":     `{"schema":"etiquette-facts/1","schema":"etiquette-facts/1","sources":{},"facts":[]}`,
		"null in facts":    `{"schema":"etiquette-facts/1","sources":{},"facts":[null]}`,
		"object for facts": `{"schema":"etiquette-facts/1","sources":{},"facts":{}}`,
	}
	for name, text := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, file := range []string{"facts.json", "overrides.json"} {
				r, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{file: {Data: []byte(text)}}}})
				require.Nil(t, r)
				require.ErrorIs(t, err, culture.ErrPack)
				require.Less(t, len(err.Error()), 64<<10)
			}
		})
	}
	_, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{"facts.json": {Data: []byte(rows["thousands wrong"])}}}})
	require.ErrorContains(t, err, "more faults")
}

// ReadPackFile serves the parts of the wing: strict, every fault with its path.
func TestReadPackFile(t *testing.T) {
	t.Parallel()
	type rule struct {
		Name string `json:"name" strictjson:"required"`
		Part string `json:"part" strictjson:"required"`
	}
	var into struct {
		Rules []rule `json:"rules" strictjson:"required"`
	}
	files := fstest.MapFS{"rules.json": {Data: []byte(`{"rules":[{"name":"a","part":"b"}]}`)}, "bad.json": {Data: []byte(`{"rules":[{"name":1,"x":2}]}`)}}
	require.NoError(t, culture.ReadPackFile(files, "pack 0", "rules.json", &into))
	require.Equal(t, []rule{{"a", "b"}}, into.Rules)
	err := culture.ReadPackFile(files, "pack 0", "bad.json", &into)
	require.ErrorIs(t, err, culture.ErrPack)
	for _, want := range []string{"culture: pack 0: bad.json: rules[0].name: ", "rules[0].x: ", "rules[0].part: "} {
		require.ErrorContains(t, err, want)
	}
	err = culture.ReadPackFile(files, "pack 0", "none.json", &into)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorIs(t, err, culture.ErrPack)
	var detail *culture.PackError
	require.ErrorAs(t, err, &detail)
	require.Equal(t, "none.json", detail.Path)
	require.True(t, errors.Is(culture.ReadPackFile(nil, "p", "x", &into), culture.ErrPack))
}

// Law is dated: a rule counts from its day on, and until its successor's.
func TestDatedLaw(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	rows := []struct {
		region, on string
		want       []culture.FactID
	}{
		{"FR", "", []culture.FactID{"fr.quiet_hours.1", "fr.quiet_hours.2"}},
		{"FR", "2026-08-11", []culture.FactID{"fr.quiet_hours.1", "fr.quiet_hours.2"}},
		{"FR", "2026-08-10", []culture.FactID{"fr.quiet_hours.2"}},
		{"FR", "2023-02-28", []culture.FactID{""}},
		{"IN", "", []culture.FactID{"in.quiet_hours.1"}},
		{"IN", "2015-06-01", []culture.FactID{"in.quiet_hours.2"}},
		{"IN", "2009-06-01", []culture.FactID{""}},
	}
	for _, row := range rows {
		t.Run(row.region+" "+row.on, func(t *testing.T) {
			t.Parallel()
			c := culture.Context{Region: language.MustParseRegion(row.region), On: day(row.on)}
			require.Equal(t, row.want, ids(r.Guidance(c, culture.QuietHours)))
			for _, a := range r.Guidance(c, culture.QuietHours) {
				require.True(t, a.Ask, "every rule is to be verified")
			}
		})
	}
	india := r.LegalTimes(in("hi", "IN"))
	require.Len(t, india, 1)
	require.Equal(t, []culture.Hours{{From: culture.Clock(10, 0), Before: culture.Clock(21, 0)}}, india[0].Value)
	france := r.LegalTimes(in("fr", "FR"))
	require.Len(t, france, 1, "consent has no hours")
	require.Equal(t, "[Mon, Tue, Wed, Thu, Fri 10:00-13:00 Mon, Tue, Wed, Thu, Fri 14:00-20:00]", fmt.Sprint(france[0].Value))
}

// What is told grows old: the same question, asked years later, is to be asked about.
func TestAgeing(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	c := in("ja", "JP")
	now := r.Punctuality(c)
	require.False(t, now.Ask)
	require.InDelta(t, 0.6, now.Confidence, 1e-9)
	c.On = day("2035-01-01")
	later := r.Punctuality(c)
	require.True(t, later.Ask)
	require.InDelta(t, 0.54, later.Confidence, 1e-9, "three years past the fifth, 0.02 each")
	require.Equal(t, now.Value, later.Value)
	c.On = day("1999-01-01")
	require.Equal(t, now.Confidence, r.Punctuality(c).Confidence, "nothing grows younger")
}

// Facts in conflict lower each other and are to be asked about.
func TestConflicts(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	a := r.Guidance(in("vi", "VN"), culture.AddressForm)
	require.Equal(t, []culture.FactID{"vn.address_form.1", "vn.address_form.3", "vn.address_form.2"}, ids(a))
	require.InDelta(t, 0.81, a[0].Confidence, 1e-9, "0.95 less half of 0.30 of it")
	require.InDelta(t, 0.16, a[2].Confidence, 1e-9, "0.30 less half of 0.95 of it")
	require.Equal(t, []culture.FactID{"vn.address_form.2"}, a[0].Conflicts)
	require.True(t, a[0].Ask)
	// Two facts of one layer that read differently count as a conflict, even where the pack does not say so.
	shy := strings.NewReplacer(`"gift"`, `"directness"`, `"v"`, `"indirect"`, `0.5`, `0.65`).Replace(fact("h.1", ""))
	bold := strings.NewReplacer(`"gift"`, `"directness"`, `"v"`, `"direct"`, `0.5`, `0.6`).Replace(fact("h.2", ""))
	d := with(t, hostPack(shy, bold)).Directness(in("zh", "CN"))
	require.Equal(t, culture.Indirect, d.Value)
	require.Equal(t, []culture.FactID{"h.2"}, d.Conflicts)
	require.True(t, d.Ask)
}

func FuzzOverrides(f *testing.F) {
	f.Add([]byte(overrides()))
	f.Add([]byte(overrides(`{"fact":"jp.directness.1","action":"set","confidence":0.9` + why)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{"overrides.json": {Data: data}}}})
		if err != nil {
			require.ErrorIs(t, err, culture.ErrPack)
			return
		}
		require.NotEmpty(t, r.Guidance(in("ja", "JP"), culture.Directness))
	})
}

// A file without an end is read up to the limit, and refused.
func TestEndlessPack(t *testing.T) {
	t.Parallel()
	_, err := culture.New(&culture.Options{Packs: []fs.FS{endless{}}})
	require.ErrorIs(t, err, culture.ErrPack)
	require.ErrorContains(t, err, "beyond the limits")
}

type endless struct{}

func (endless) Open(string) (fs.File, error) { return endless{}, nil }
func (endless) Stat() (fs.FileInfo, error)   { return nil, errBroken }
func (endless) Close() error                 { return nil }
func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

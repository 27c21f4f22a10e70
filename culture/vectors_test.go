package culture_test

import (
	"encoding/json"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/golden"
)

const factsFile = "etiquette_facts.json"

type factRow struct {
	ID         culture.FactID    `json:"id"`
	Region     string            `json:"region"`
	Dimension  culture.Dimension `json:"dimension"`
	Scope      culture.Scope     `json:"scope"`
	Locale     language.Tag      `json:"locale"`
	Value      string            `json:"value"`
	Text       string            `json:"text"`
	Sources    []string          `json:"sources"`
	Confidence float64           `json:"confidence"`
	Conflicts  culture.FactID    `json:"conflicts_with"`
	AsOf       string            `json:"as_of"`
	Kind       culture.Kind      `json:"kind"`
	Supersedes culture.FactID    `json:"supersedes"`
	Superseded culture.FactID    `json:"superseded_by"`
}

// TestVectors loads the file of facts as a pack and asks for every one of them.
func TestVectors(t *testing.T) {
	t.Parallel()
	data, ok := golden.OpenVectors(t, "culture").Read(t, factsFile)
	if !ok {
		return
	}
	r, err := culture.New(&culture.Options{Packs: []fs.FS{fstest.MapFS{"facts.json": {Data: data}}}})
	require.NoError(t, err)
	var file struct {
		Dimensions []culture.Dimension `json:"dimensions"`
		Facts      []factRow           `json:"facts"`
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Subset(t, culture.Dimensions(), file.Dimensions)
	for _, f := range file.Facts {
		ask := culture.Context{Lang: f.Locale, Region: language.MustParseRegion(f.Region)}
		fact, rating, ok := r.Fact(f.ID, culture.Date{})
		require.True(t, ok, f.ID)
		require.Equal(t, f.Value, fact.Value)
		require.Equal(t, f.Kind, fact.Kind)
		require.Equal(t, f.Supersedes, fact.Supersedes)
		require.Equal(t, f.Superseded, fact.SupersededBy)
		require.InDelta(t, f.Confidence, rating.Stated, 0, f.ID)
		if f.Kind == culture.Norm {
			// The figure of tier and origins; a hand may have lowered it, and never raised it.
			require.LessOrEqual(t, f.Confidence, rating.Prior, "%s does not recompute: %s", f.ID, rating)
		}
		if f.Kind == culture.Legal {
			ask.On = culture.Date{Year: 9999, Month: 12, Day: 31} // when every rule of the file is in force
		}
		var found *culture.Answer[culture.Guidance]
		for _, a := range r.Guidance(ask, f.Dimension) {
			if a.Value.Fact == f.ID {
				found = &a
			}
		}
		if f.Superseded != "" {
			require.Nil(t, found, "%s is superseded", f.ID)
			continue
		}
		require.NotNil(t, found, f.ID)
		require.Equal(t, culture.Guidance{
			Dimension: f.Dimension, Value: f.Value, Text: f.Text, Fact: f.ID, Region: ask.Region, Locale: f.Locale,
			Scope: f.Scope, AsOf: f.AsOf,
		}, found.Value)
		require.InDelta(t, f.Confidence, found.Rating.Stated, 0, f.ID)
		require.LessOrEqual(t, found.Confidence, f.Confidence, "%s: a figure is only ever lowered", f.ID)
		if f.Kind == culture.Norm && f.Conflicts == "" && found.Rating.Age == 0 {
			require.InDelta(t, f.Confidence, found.Confidence, 0, "%s: lowered without a reason", f.ID)
		}
		require.Equal(t, []culture.FactID{f.ID}, found.Facts)
		var sources []string
		for _, s := range found.Sources {
			sources = append(sources, s.ID)
			require.NotEmpty(t, s.URL)
		}
		require.Equal(t, f.Sources, sources)
		require.Equal(t, f.Conflicts != "", len(found.Conflicts) == 1 && found.Conflicts[0] == f.Conflicts)
		require.True(t, f.Conflicts == "" || found.Ask, "%s is disputed", f.ID)
	}
	golden.Count(t, factsFile, len(file.Facts))
}

func TestRegions(t *testing.T) {
	t.Parallel()
	regions := culture.Default().Regions()
	require.Len(t, regions, 43)
	for _, region := range []string{"JP", "DE", "BR", "CN", "IN", "IT"} {
		require.Contains(t, regions, language.MustParseRegion(region))
	}
}

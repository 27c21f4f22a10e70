package chart

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every field that a specification encodes exists in its data, in at least one row.
func TestVegaLiteFieldsExist(t *testing.T) {
	t.Parallel()
	for _, s := range append(plainSamples(), hostileSamples()...) {
		data, err := VegaLite(s.chart, nil)
		require.NoError(t, err, s.name)
		var spec map[string]any
		require.NoError(t, json.Unmarshal(data, &spec))
		require.Equal(t, "https://vega.github.io/schema/vega-lite/v6.json", spec["$schema"])
		require.NotEmpty(t, spec["description"])
		used := visit(t, s.name, spec, map[string]bool{})
		require.NotEmpty(t, used, s.name)
	}
}

// visit walks a unit or a layer with the fields of the data above it.
func visit(t *testing.T, name string, unit map[string]any, known map[string]bool) (used []string) {
	t.Helper()
	if data, ok := unit["data"].(map[string]any); ok {
		known = map[string]bool{}
		for _, row := range data["values"].([]any) {
			for field := range row.(map[string]any) {
				known[field] = true
			}
		}
	}
	if encoding, ok := unit["encoding"].(map[string]any); ok {
		for channel, e := range encoding {
			field, ok := e.(map[string]any)["field"].(string)
			if !ok {
				continue
			}
			optional := field == "low" || field == "high" // absent where no interval is known
			require.True(t, known[field] || optional, "%s: %s encodes %q, which no row has", name, channel, field)
			used = append(used, field)
		}
	}
	if layers, ok := unit["layer"].([]any); ok {
		for _, layer := range layers {
			used = append(used, visit(t, name, layer.(map[string]any), known)...)
		}
	}
	return used
}

// The data of a specification are the values of the picture, unrounded.
func TestVegaLiteCarriesTheValues(t *testing.T) {
	t.Parallel()
	c := Retention{Title: "t", Series: []RetentionSeries{{"s", []RetentionPoint{{Period: 2, Share: 1.0 / 3, Interval: Interval{0.1, 0.7}, Size: 9}}}}}
	data, err := VegaLite(c, &VegaOptions{Version: VegaLite5})
	require.NoError(t, err)
	var spec struct {
		Schema string `json:"$schema"`
		Data   struct {
			Values []map[string]any `json:"values"`
		} `json:"data"`
	}
	require.NoError(t, json.Unmarshal(data, &spec))
	require.Equal(t, "https://vega.github.io/schema/vega-lite/v5.json", spec.Schema)
	require.Equal(t, []map[string]any{{"series": "s", "period": 2.0, "share": 1.0 / 3, "low": 0.1, "high": 0.7, "size": 9.0}}, spec.Data.Values)
	_, err = VegaLite(c, &VegaOptions{Version: 9})
	require.ErrorIs(t, err, ErrInvalid)
}

func TestVegaVersionText(t *testing.T) {
	t.Parallel()
	for _, v := range []VegaVersion{VegaLite6, VegaLite5} {
		text, err := v.MarshalText()
		require.NoError(t, err)
		back := VegaVersion(9)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, v, back)
	}
	_, err := VegaVersion(9).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorIs(t, new(VegaVersion).UnmarshalText([]byte("v4")), ErrInvalid)
}

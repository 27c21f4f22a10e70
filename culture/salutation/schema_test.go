package salutation

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The published schema has the fields that the reader takes, and no other.
func TestSchemaIsTheReaders(t *testing.T) {
	t.Parallel()
	var schema struct {
		Properties map[string]any
		Defs       struct {
			Rule struct{ Properties map[string]any }
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal([]byte(PackSchema()), &schema))
	require.ElementsMatch(t, tags(reflect.TypeFor[rawFile]()), sortedKeys(schema.Properties))
	require.ElementsMatch(t, tags(reflect.TypeFor[rawRule]()), sortedKeys(schema.Defs.Rule.Properties))
}

func tags(of reflect.Type) []string {
	var out []string
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		out = append(out, name)
	}
	return out
}

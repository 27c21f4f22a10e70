package contact_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/contact"
	"github.com/rapport-go/rapport/internal/golden"
)

func fsList(list ...fs.FS) []fs.FS { return list }

func packOf(text string) fs.FS {
	return fstest.MapFS{"contact.json": &fstest.MapFile{Data: []byte(text)}}
}

// A host closes its own hours, mends a statute, and drops a custom.
func TestPacks(t *testing.T) {
	t.Parallel()
	d, err := contact.New(&contact.Options{Packs: fsList(packOf(`{"schema":"culture-contact/1","drop":["ae.friday"],"rules":[
		{"id":"us.telemarketing","kind":"legal","place":"US","purposes":["marketing"],"hours":[{"from":"10:00","before":"12:00"}],
		 "text":"Our lawyers read it so.","citation":"memo 7","sources":[{"publisher":"legal department"}],"as_of":"2026-01-01"}]}`))})
	require.NoError(t, err)
	q := question("US", contact.Marketing, contact.Call)
	q.Zone = time.UTC
	next, err := d.Next(q, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, "10:00 12:00", next.Start.Format("15:04")+" "+next.End.Format("15:04"))
	q = question("AE", contact.ServiceReply, contact.Call)
	dec, err := d.Decide(q, time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.True(t, dec.Advised())
}

// A bad pack is one error that lists every fault.
func TestBadPacks(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/badpacks.txt")
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line)
		if !strings.HasPrefix(line, "{") {
			continue
		}
		_, err := contact.New(&contact.Options{Packs: fsList(packOf(line))})
		require.ErrorIs(t, err, culture.ErrPack, line)
		var f *culture.PackError
		require.ErrorAs(t, err, &f)
		for fault := range strings.Lines(err.Error()) {
			out.WriteString("  " + strings.TrimSpace(fault) + "\n")
		}
	}
	golden.Equal(t, "testdata/badpacks.txt", out.String())
}

// What is built in keeps its own rules: facts exist, laws are dated and to be
// verified, and every pattern of the schema holds.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../facts.json")
	require.NoError(t, err)
	var facts struct {
		Facts []struct {
			ID     culture.FactID `json:"id"`
			Region string         `json:"region"`
		} `json:"facts"`
	}
	require.NoError(t, json.Unmarshal(raw, &facts))
	regions := map[culture.FactID]string{}
	for _, f := range facts.Facts {
		regions[f.ID] = f.Region
	}
	for _, r := range desk(t).Rules() {
		for _, f := range r.Facts {
			require.Equal(t, r.Place, regions[f], "%s rests on %s", r.ID, f)
		}
		if r.Kind == contact.Legal {
			require.True(t, r.Verify, r.ID)
			require.NotEmpty(t, r.Citation, r.ID)
		}
	}
}

// The words of a rule name every hour and limit that it sets, so that none is
// unexplained.
func TestWordsNameTheHours(t *testing.T) {
	t.Parallel()
	for _, r := range desk(t).Rules() {
		hours := slices.Concat(r.Hours, r.Avoid)
		if r.Holidays != nil {
			hours = append(hours, r.Holidays.Hours...)
		}
		for _, h := range hours {
			for _, clock := range []culture.TimeOfDay{h.From, h.Before} {
				if clock != 0 && clock != culture.Clock(24, 0) {
					require.Contains(t, " "+r.Text, " "+strings.TrimPrefix(clock.String(), "0"), r.ID)
				}
			}
		}
		words := []string{"", "one", "two", "three", "four", "five", "six", "seven"}
		if r.Attempts.N > 0 {
			require.Contains(t, r.Text, words[r.Attempts.N], r.ID)
		}
		if r.AfterRefusal > 0 {
			require.Contains(t, r.Text, strconv.Itoa(r.AfterRefusal)+" days after a refusal", r.ID)
		}
		require.Equal(t, r.Consent, strings.Contains(r.Text, "needs prior"), r.ID)
	}
}

// The schema names the same fields as the structs, no more and no fewer.
func TestSchema(t *testing.T) {
	t.Parallel()
	var s struct {
		Properties map[string]any `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]any `json:"properties"`
			Required   []string       `json:"required"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal([]byte(contact.Schema()), &s))
	for name, typ := range map[string]reflect.Type{
		"rule": reflect.TypeFor[contact.Rule](), "hours": reflect.TypeFor[culture.Hours](), "source": reflect.TypeFor[contact.Source](),
	} {
		var fields, required []string
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			fields = append(fields, key)
			if typ.Field(i).Tag.Get("strictjson") == "required" {
				required = append(required, key)
			}
		}
		require.ElementsMatch(t, fields, slices.Collect(maps.Keys(s.Defs[name].Properties)), name)
		if name != "hours" {
			require.ElementsMatch(t, required, s.Defs[name].Required, name)
		}
	}
	raw, err := os.ReadFile("contact.json")
	require.NoError(t, err)
	clock := regexp.MustCompile(`"(from|before)": "[0-9]{2}:[0-9]{2}"`)
	require.NotEmpty(t, clock.FindAllString(string(raw), -1))
}

package vcard_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
	"github.com/rapport-go/rapport/internal/golden"
)

const cardsFile = "vcards.json"

// TestVectors decodes every card, compares what the vector lists, and reads the card
// back from each version and from JSContact.
func TestVectors(t *testing.T) {
	t.Parallel()
	data, ok := golden.OpenVectors(t, "customer").Read(t, cardsFile)
	if !ok {
		return
	}
	var file struct {
		Cards []struct {
			ID     string                     `json:"id"`
			VCard  string                     `json:"vcard"`
			Expect map[string]json.RawMessage `json:"expect"`
			Why    string                     `json:"why"`
		} `json:"cards"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&file))
	for _, v := range file.Cards {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			cards, err := vcard.Decode([]byte(v.VCard), &vcard.DecodeOptions{Tolerant: true})
			if err != nil {
				t.Logf("read tolerantly: %v", err)
			}
			require.Len(t, cards, 1)
			for key, want := range v.Expect {
				compareMember(t, key, string(want), &cards[0], v.Why)
			}
			roundTrips(t, &cards[0])
		})
	}
	golden.Count(t, cardsFile, len(file.Cards))
}

// compareMember compares one member of an expectation; a key that is not known fails.
func compareMember(t *testing.T, key, want string, c *vcard.Card, why string) {
	t.Helper()
	var got any
	switch key {
	case "kind":
		got = c.Kind
	case "uid":
		got = c.UID
	case "name":
		got = nameOf(c)
	case "birth":
		b, _ := c.Birth()
		got = map[string]any{"year": b.Date.Year, "month": b.Date.Month, "day": b.Date.Day, "text": b.Text}
	case "languages":
		got = c.PreferredLanguages()
	case "timeZone":
		got = c.TimeZone()
	case "organization":
		require.NotEmpty(t, c.Organizations, why)
		units := []string{}
		for _, u := range c.Organizations[0].Units {
			units = append(units, u.Name)
		}
		got = map[string]any{"name": c.Organizations[0].Name, "units": units}
	case "phones":
		phones := []any{}
		for _, p := range c.Phones {
			phones = append(phones, map[string]any{"value": p.Number, "features": p.Features, "pref": p.Pref})
		}
		got = phones
	case "speakToAs":
		pronouns := []any{}
		for _, p := range c.SpeakToAs.Pronouns {
			lang, _ := p.Param("language")
			pronouns = append(pronouns, map[string]any{"lang": lang, "value": p.Pronouns})
		}
		got = map[string]any{"grammaticalGender": c.SpeakToAs.GrammaticalGender, "pronouns": pronouns}
	case "relatedTo":
		related := map[string][]string{}
		for _, r := range c.RelatedTo {
			related[r.UID] = r.Relations
		}
		got = related
	case "note":
		require.NotEmpty(t, c.Notes, why)
		got = c.Notes[0].Note
	case "unknown":
		unknown := []any{}
		for _, p := range c.Properties {
			params := map[string]string{}
			for _, q := range p.Params {
				params[q.Name] = strings.Join(q.Values, ",")
			}
			unknown = append(unknown, map[string]any{"name": p.Name, "params": params, "value": p.Value})
		}
		got = unknown
	default:
		t.Fatalf("unknown member %q of an expectation", key)
	}
	var wantValue, gotValue any
	require.NoError(t, json.Unmarshal([]byte(want), &wantValue))
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &gotValue))
	subset(t, key, wantValue, gotValue, why)
}

func nameOf(c *vcard.Card) any {
	components := [][2]string{}
	for _, p := range c.Name.Components {
		components = append(components, [2]string{p.Kind, p.Value})
	}
	return map[string]any{
		"full": c.Name.Full, "components": components,
		"phonetic": map[string]string{
			"script": c.Name.PhoneticScript,
			"given":  c.Name.ReadingOf("given"), "surname": c.Name.ReadingOf("surname"),
		},
	}
}

// subset compares the members that want lists; lists are compared whole.
func subset(t *testing.T, path string, want, got any, why string) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		require.True(t, ok, "%s: %s", path, why)
		for k, v := range w {
			require.Contains(t, g, k, "%s: %s", path, why)
			subset(t, path+"."+k, v, g[k], why)
		}
	case []any:
		g, ok := got.([]any)
		require.True(t, ok, "%s: %s", path, why)
		require.Len(t, g, len(w), "%s: %s", path, why)
		for i := range w {
			subset(t, path, w[i], g[i], why)
		}
	default:
		require.Equal(t, want, got, "%s: %s", path, why)
	}
}

// roundTrips writes a card in every version and as JSContact and reads it back.
func roundTrips(t require.TestingT, c *vcard.Card) {
	for _, v := range []vcard.Version{vcard.V21, vcard.V30, vcard.V40} {
		text, err := vcard.Encode([]vcard.Card{*c}, &vcard.EncodeOptions{Version: v})
		require.NoError(t, err, v)
		again, _ := vcard.Decode(text, &vcard.DecodeOptions{Tolerant: true})
		require.Len(t, again, 1, "%s: %s", v, text)
		require.True(t, c.Equal(&again[0]), "%s\n%s\nwant %s\nhave %s", v, text, asJSON(c), asJSON(&again[0]))
		for l := range strings.Lines(string(text)) {
			require.True(t, strings.HasSuffix(l, "\r\n"), "line ends in CRLF")
			require.LessOrEqual(t, len(l)-2, 75, "%s: %q", v, l)
		}
		require.True(t, json.Valid([]byte(asJSON(c))))
	}
	d := *c
	if d.UID == "" {
		d.UID = d.DeriveUID()
	}
	text, err := vcard.EncodeJSContact(&d)
	require.NoError(t, err)
	again, _ := vcard.DecodeJSContact(text, &vcard.DecodeOptions{Tolerant: true})
	require.True(t, d.Equal(&again), "%s\n%s", text, asJSON(&again))
}

func asJSON(c *vcard.Card) string {
	text, err := vcard.EncodeJSContact(c)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

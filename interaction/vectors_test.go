package interaction

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// TestVectors runs every case of the files that the wing's root knows.
func TestVectors(t *testing.T) {
	t.Parallel()
	vectors := golden.OpenVectors(t, "interaction")
	t.Run("cases.json", func(t *testing.T) { caseVectors(t, vectors) })
	t.Run("contact_metrics.json", func(t *testing.T) { metricVectors(t, vectors) })
	t.Run("channel_targets.json", func(t *testing.T) { targetVectors(t, vectors) })
}

type caseVector struct {
	ID       string              `json:"id"`
	Kind     string              `json:"kind"`
	WindowS  json.Number         `json:"window_s"`
	Resolved time.Time           `json:"resolved"`
	Message  time.Time           `json:"message"`
	Edges    [][2]string         `json:"edges"`
	Start    string              `json:"start"`
	Headers  map[string]string   `json:"headers"`
	Allowed  map[Status][]Status `json:"allowed"`
	Want     json.RawMessage     `json:"want"`
}

func wanted[T any](t *testing.T, raw json.RawMessage) (want T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(raw, &want))
	return want
}

func seconds(t *testing.T, n json.Number) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(n.String() + "s")
	require.NoError(t, err)
	return d
}

func caseVectors(t *testing.T, vectors *golden.Vectors) {
	var file struct {
		Suite string       `json:"suite"`
		Cases []caseVector `json:"cases"`
	}
	if !vectors.JSON(t, "cases.json", &file) {
		return
	}
	require.Equal(t, "cases", file.Suite)
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) {
			switch v.Kind {
			case "reply_after_resolution":
				require.Equal(t, wanted[ReplyVerdict](t, v.Want), ReplyAfterResolution(v.Resolved, v.Message, seconds(t, v.WindowS)))
			case "merge_target":
				into := map[string]string{}
				for _, edge := range v.Edges {
					into[edge[0]] = edge[1]
				}
				target, ok := FinalTarget(v.Start, func(id string) (string, bool) {
					next, merged := into[id]
					return next, merged
				})
				want := wanted[*string](t, v.Want)
				require.Equal(t, want != nil, ok)
				if want != nil {
					require.Equal(t, *want, target)
				}
			case "inbound_class":
				class, why := Classify(HeaderOf(v.Headers))
				require.Equal(t, wanted[InboundClass](t, v.Want), class, why.String())
			case "transitions":
				for _, from := range Statuses() {
					allowed, named := v.Allowed[from]
					require.True(t, named, from)
					for _, to := range Statuses() {
						require.Equal(t, slices.Contains(allowed, to), from.CanBecome(to), "%s to %s", from, to)
					}
				}
				require.Len(t, v.Allowed, len(Statuses()))
			default:
				require.Fail(t, "unknown kind", v.Kind)
			}
		})
	}
	golden.Count(t, "cases.json", len(file.Cases))
}

type metricVector struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Cases []struct {
		ID          string    `json:"id"`
		Customer    string    `json:"customer"`
		Issue       string    `json:"issue"`
		Resolved    time.Time `json:"resolved"`
		Contacts    int       `json:"contacts"`
		Transferred bool      `json:"transferred"`
	} `json:"cases"`
	Contacts []struct {
		Customer string    `json:"customer"`
		Issue    string    `json:"issue"`
		At       time.Time `json:"at"`
		Channel  Channel   `json:"channel"`
	} `json:"contacts"`
	WindowS json.Number             `json:"window_s"`
	Now     time.Time               `json:"now"`
	Want    map[string]FirstContact `json:"want"`
	Rate    *float64                `json:"rate"`
}

func metricVectors(t *testing.T, vectors *golden.Vectors) {
	var file struct {
		Suite string         `json:"suite"`
		Cases []metricVector `json:"cases"`
	}
	if !vectors.JSON(t, "contact_metrics.json", &file) {
		return
	}
	require.Equal(t, "metrics", file.Suite)
	for _, v := range file.Cases {
		t.Run(v.ID, func(t *testing.T) {
			require.Equal(t, "fcr", v.Kind, "unknown kind")
			var contacts []Contact
			for _, c := range v.Contacts {
				contacts = append(contacts, Contact{Customer: c.Customer, Issue: c.Issue, At: c.At, Channel: c.Channel})
			}
			book := NewContactBook(slices.Values(contacts))
			var issues []ResolvedIssue
			for _, c := range v.Cases {
				issue := ResolvedIssue{c.ID, c.Customer, c.Issue, c.Resolved, c.Contacts, c.Transferred}
				issues = append(issues, issue)
				got, why := book.FirstContact(issue, seconds(t, v.WindowS), v.Now)
				require.Equal(t, v.Want[c.ID], got, "%s: %s", c.ID, why)
			}
			require.Len(t, v.Want, len(v.Cases))
			rate, err := book.CountFirstContacts(slices.Values(issues), seconds(t, v.WindowS), v.Now).Rate()
			if v.Rate == nil {
				require.ErrorIs(t, err, ErrNoData)
				return
			}
			require.NoError(t, err)
			require.InDelta(t, *v.Rate, rate.Ratio(), 1e-9)
		})
	}
	golden.Count(t, "contact_metrics.json", len(file.Cases))
}

func targetVectors(t *testing.T, vectors *golden.Vectors) {
	var file struct {
		Suite string `json:"suite"`
		Facts []struct {
			Channel      string       `json:"channel"`
			What         string       `json:"what"`
			Seconds      *json.Number `json:"value_s"`
			Business     *json.Number `json:"value_business_s"`
			BusinessDays *int         `json:"value_business_days"`
			Share        float64      `json:"share"`
			Source       string       `json:"source"`
		} `json:"facts"`
		Regulatory []struct{ What, Source string } `json:"regulatory"`
	}
	data, ok := vectors.Read(t, "channel_targets.json")
	if !ok {
		return
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Equal(t, "channel_targets", file.Suite)
	book, err := ParseTargetBook(data)
	require.NoError(t, err)
	require.Len(t, book.Expectations, len(file.Facts))
	require.Len(t, book.Legal, len(file.Regulatory))
	for i, f := range file.Facts {
		want := Expectation{Channel: Channel(f.Channel), What: f.What, Share: f.Share, Source: f.Source}
		if f.Channel == "any" {
			want.Channel = ""
		}
		switch {
		case f.Seconds != nil:
			want.Target = Elapsed(seconds(t, *f.Seconds))
		case f.Business != nil:
			want.Target = Business(seconds(t, *f.Business))
		case f.BusinessDays != nil:
			want.Target = BusinessDays(*f.BusinessDays)
		}
		require.Equal(t, want, book.Expectations[i])
		if want.Channel != "" { // every default is overridable by any figure
			profile, _ := DefaultProfiles().Lookup(want.Channel)
			profile.Channel, profile.Reply = want.Channel, want.Target
			mine, err := DefaultProfiles().With(profile)
			require.NoError(t, err)
			got, _ := mine.Lookup(want.Channel)
			require.Equal(t, want.Target, got.Reply)
		}
	}
	for i, l := range file.Regulatory {
		require.Equal(t, LegalPeriod{l.What, l.Source}, book.Legal[i])
	}
	golden.Count(t, "channel_targets.json", len(file.Facts)+len(file.Regulatory))
}

// The book that ships is the one in the vectors of this package.
func TestPublishedTargets(t *testing.T) {
	t.Setenv("RAPPORT_VECTORS", "")
	data, _ := golden.OpenVectors(t, "interaction").Read(t, "channel_targets.json")
	book, err := ParseTargetBook(data)
	require.NoError(t, err)
	require.Equal(t, book, PublishedTargets())
	require.NotEmpty(t, book.For(Phone))
	require.Greater(t, len(book.For(Phone)), len(book.For("whatsapp")))
}

package interaction

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

var day0 = time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)

func contact(id string, after time.Duration) Interaction {
	return Interaction{ID: id, Customer: "u1", At: day0.Add(after), Channel: Email, Direction: Inbound}
}

// drawContact draws from few ids and instants, so that conflicts are common.
func drawContact(t *rapid.T) Interaction {
	x := contact(fmt.Sprintf("i%d", rapid.IntRange(0, 12).Draw(t, "id")), time.Duration(rapid.IntRange(0, 6).Draw(t, "hour"))*hour)
	x.Customer = rapid.SampledFrom([]string{"u1", "u2"}).Draw(t, "customer")
	x.Revision = rapid.IntRange(0, 2).Draw(t, "revision")
	x.Channel = rapid.SampledFrom(Channels()).Draw(t, "channel")
	x.Note = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "note")
	if rapid.Bool().Draw(t, "ref") {
		x.Refs = []Ref{{Kind: "order", ID: "7"}}
	}
	return x
}

func drawTimeline(t *rapid.T, label string) Timeline {
	got, err := NewTimeline(rapid.SliceOfN(rapid.Custom(drawContact), 0, 20).Draw(t, label)...)
	require.NoError(t, err)
	return got
}

func text(t require.TestingT, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// checkTree proves order, balance, sizes and that both trees hold the same.
func checkTree(t require.TestingT, tl Timeline) {
	var walk func(n *node, by order, prev **Interaction)
	walk = func(n *node, by order, prev **Interaction) {
		if n == nil {
			return
		}
		require.True(t, even(n.left.len(), n.right.len()), "balance %d %d", n.left.len(), n.right.len())
		require.Equal(t, n.left.len()+n.right.len()+1, n.size)
		walk(n.left, by, prev)
		if *prev != nil {
			require.Negative(t, by(*prev, n.x))
		}
		*prev = n.x
		walk(n.right, by, prev)
	}
	var last, lastID *Interaction
	walk(tl.byTime, compareTime, &last)
	walk(tl.byID, compareID, &lastID)
	require.Equal(t, tl.byTime.len(), tl.byID.len())
	for x := range tl.All() {
		require.NotNil(t, find(tl.byID, &x, compareID))
	}
}

// Invariant 36 of the field notes.
func TestTimelineMergeIsASemilattice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawTimeline(t, "a"), drawTimeline(t, "b"), drawTimeline(t, "c")
		ab := a.Merge(b)
		checkTree(t, ab)
		require.Equal(t, text(t, ab), text(t, b.Merge(a)), "commutative")
		require.Equal(t, text(t, ab.Merge(c)), text(t, a.Merge(b.Merge(c))), "associative")
		require.Equal(t, text(t, ab), text(t, ab.Merge(a)), "idempotent")
		require.Equal(t, text(t, MergeTimelines(a, b, c)), text(t, MergeTimelines(c, a, b)))
	})
}

func TestTimelineAgainstSortedSlice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tl Timeline
		model := map[string]Interaction{}
		for _, x := range rapid.SliceOfN(rapid.Custom(drawContact), 0, 60).Draw(t, "records") {
			var err error
			tl, err = tl.Add(x)
			require.NoError(t, err)
			if old, ok := model[x.ID]; ok {
				x = *winner(&old, &x)
			}
			model[x.ID] = x
		}
		checkTree(t, tl)
		var want []Interaction
		for _, x := range model {
			want = append(want, x)
		}
		slices.SortFunc(want, func(a, b Interaction) int { return compareTime(&a, &b) })
		require.Equal(t, text(t, want), text(t, slices.Collect(tl.All())))
		back := slices.Collect(tl.Backward())
		slices.Reverse(back)
		require.Equal(t, text(t, want), text(t, back))
		start := day0.Add(time.Duration(rapid.IntRange(-1, 7).Draw(t, "start")) * hour)
		end := day0.Add(time.Duration(rapid.IntRange(-1, 7).Draw(t, "end")) * hour)
		inside := slices.DeleteFunc(slices.Clone(want), func(x Interaction) bool {
			return x.At.Before(start) || !x.At.Before(end)
		})
		require.Len(t, slices.Collect(tl.Between(start, end)), len(inside))
		for i, x := range want {
			at, ok := tl.At(i)
			require.True(t, ok)
			require.Equal(t, x.ID, at.ID)
			got, ok := tl.Find(x.ID)
			require.True(t, ok)
			require.Equal(t, x, got)
		}
	})
}

func TestTimelineIsNotChangedFromOutside(t *testing.T) {
	t.Parallel()
	x := contact("a", 0)
	x.Refs = []Ref{{"order", "1"}}
	tl, err := NewTimeline(x)
	require.NoError(t, err)
	x.Refs[0].ID = "changed"
	got, _ := tl.Last()
	require.Equal(t, "1", got.Refs[0].ID)
	got.Refs[0].ID = "changed"
	again, _ := tl.Last()
	require.Equal(t, "1", again.Refs[0].ID)
	more, err := tl.Add(contact("b", hour))
	require.NoError(t, err)
	require.Equal(t, 1, tl.Len())
	require.Equal(t, 2, more.Len())
}

func TestTimelineReportsEveryFault(t *testing.T) {
	t.Parallel()
	bad := Interaction{Channel: "Carrier Pigeon", Wait: -1, Outcome: 99}
	_, err := NewTimeline(contact("a", 0), bad)
	require.ErrorIs(t, err, ErrInvalid)
	for _, field := range []string{"id", "customer", "at", "channel", "direction", "wait_ns", "outcome"} {
		require.ErrorContains(t, err, "records[1]."+field)
	}
	tl, err := Timeline{}.Add(bad)
	require.ErrorIs(t, err, ErrInvalid)
	require.Zero(t, tl.Len())
}

func TestSummary(t *testing.T) {
	t.Parallel()
	_, ok := Timeline{}.Summary()
	require.False(t, ok)
	mood, err := NewSentiment(-0.4)
	require.NoError(t, err)
	mail, auto, call, answer := contact("1", 0), contact("2", hour), contact("3", 2*hour), contact("4", 3*hour)
	mail.Lang, mail.Issue = language.German, "login"
	auto.Class, auto.Lang, auto.Issue = ClassAuto, language.French, "login"
	call.Channel, call.Issue, call.Sentiment, call.Case = Phone, "billing", mood, "c9"
	answer.Direction, answer.Issue, answer.Outcome = Outbound, "login", OutcomeResolved
	tl, err := NewTimeline(answer, call, auto, mail)
	require.NoError(t, err)
	s, ok := tl.Summary()
	require.True(t, ok)
	require.Equal(t, 4, s.Contacts)
	require.Equal(t, day0, s.First)
	require.Equal(t, "4", s.Last.ID)
	require.Equal(t, []ChannelCount{{Phone, 1}, {Email, 3}}, s.ByChannel)
	require.Equal(t, Phone, s.Preferred, "a tie goes to the channel used last; an automatic mail is no contact")
	require.Equal(t, language.German, s.Lang)
	require.Equal(t, mood, s.Mood)
	require.Len(t, s.Open, 1)
	require.Equal(t, "c9", s.Open[0].Case)

	back, err := tl.Add(Interaction{ID: "5", Customer: "u1", At: day0.Add(4 * hour), Channel: LiveChat, Direction: Inbound, Issue: "login"})
	require.NoError(t, err)
	require.Len(t, back.OpenIssues(), 2, "a customer who comes back opens the issue again")
	require.Equal(t, []Channel{Email, LiveChat}, back.OpenIssues()[0].Channels)
	require.Zero(t, back.Of("nobody").Len())
}

func TestTimelineJSON(t *testing.T) {
	t.Parallel()
	mood, err := NewSentiment(0.25)
	require.NoError(t, err)
	x := contact("a", 0)
	x.Sentiment, x.Class, x.Outcome, x.Lang = mood, ClassHuman, OutcomeOpen, language.BrazilianPortuguese
	tl, err := NewTimeline(x, contact("b", hour))
	require.NoError(t, err)
	var back Timeline
	require.NoError(t, json.Unmarshal([]byte(text(t, tl)), &back))
	require.Equal(t, text(t, tl), text(t, back))
	require.ErrorIs(t, json.Unmarshal([]byte(`[{"id":"x"}]`), &back), ErrInvalid)
}

func TestTimelineJSONIsStrict(t *testing.T) {
	t.Parallel()
	const good = `"id":"a","customer":"u","at":"2024-06-03T09:00:00Z","channel":"email","direction":"inbound"`
	rows := []struct{ name, doc, want string }{
		{"unknown key", `[{` + good + `,"wat":1}]`, "[0].wat"},
		{"key in another case", `[{` + good + `,"ID":"b"}]`, "[0].ID"},
		{"repeated key", `[{` + good + `,"id":"b"}]`, "[0].id"},
		{"no array", `{` + good + `}`, "want an array"},
		{"a record that is none", `[{` + good + `},7]`, "[1]"},
		{"unknown direction", `[{` + good + `,"outcome":"bliss"}]`, "[0].outcome"},
		{"fraction of a nanosecond", `[{` + good + `,"wait_ns":1.5}]`, "[0].wait_ns"},
		{"duration out of range", `[{` + good + `,"wait_ns":9223372036854775808}]`, "[0].wait_ns"},
		{"sentiment out of range", `[{` + good + `,"sentiment":1.01}]`, "[0].sentiment"},
		{"sentiment beyond a float", `[{` + good + `,"sentiment":1e999}]`, "[0].sentiment"},
		{"sentiment in words", `[{` + good + `,"sentiment":"good"}]`, "[0].sentiment"},
		{"no language", `[{` + good + `,"lang":"!"}]`, "[0].lang"},
		{"text after it", `[] []`, "interaction"},
		{"not UTF-8", "[{\"id\":\"\xff\"}]", "UTF-8"},
		{"too deep", strings.Repeat("[", 10_000), "interaction"},
		{"invalid record", `[{` + good + `,"wait_ns":-1}]`, "records[0].wait_ns"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tl, err := NewTimeline(contact("kept", 0))
			require.NoError(t, err)
			err = tl.UnmarshalJSON([]byte(row.doc))
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, row.want)
			_, ok := tl.Find("kept")
			require.True(t, ok, "what was refused changes nothing")
		})
	}
	var tl Timeline
	err := tl.UnmarshalJSON([]byte(`[{` + good + `,"x":1,"y":2,"sentiment":2}]`))
	require.ErrorContains(t, err, "[0].x")
	require.ErrorContains(t, err, "[0].y")
	require.ErrorContains(t, err, "[0].sentiment")
	require.NoError(t, tl.UnmarshalJSON([]byte(`[{`+good+`,"sentiment":null}]`)))
	require.Equal(t, 1, tl.Len())
	require.NoError(t, tl.UnmarshalJSON([]byte("null")))
	require.Equal(t, 1, tl.Len())
}

func FuzzTimeline(f *testing.F) {
	f.Add([]byte(`[{"id":"a","customer":"u","at":"2024-06-03T09:00:00+02:00","channel":"email","direction":"inbound","sentiment":-0.25,"lang":"pt-BR"}]`))
	f.Add([]byte(`[{"id":"a","customer":"u","at":"2024-06-03T09:00:00Z","channel":"x","direction":"internal","refs":[{"kind":"order","id":"1"}],"re_asked":["name"]},{"id":"a"}]`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var tl Timeline
		if tl.UnmarshalJSON(data) != nil {
			return
		}
		var back Timeline
		require.NoError(t, back.UnmarshalJSON([]byte(text(t, tl))))
		require.Equal(t, text(t, tl), text(t, back))
	})
}

func BenchmarkTimeline(b *testing.B) {
	for _, size := range []int{100, 10_000} {
		records := make([]Interaction, size)
		for i := range records {
			records[i] = contact(fmt.Sprintf("id-%06d", i), time.Duration(i)*minute)
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(size, func(i, j int) { records[i], records[j] = records[j], records[i] })
		tl, err := NewTimeline(records...)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("build/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := NewTimeline(records...); err != nil {
					b.Fatal(err)
				}
			}
		})
		data, err := json.Marshal(tl)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("read/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var back Timeline
				if err := json.Unmarshal(data, &back); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("add/%d", size), func(b *testing.B) {
			x := contact("new", time.Duration(size/2)*minute)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tl.Add(x); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("first of between/%d", size), func(b *testing.B) {
			start := day0.Add(time.Duration(size/2) * minute)
			b.ReportAllocs()
			for b.Loop() {
				for range tl.Between(start, start.Add(hour)) {
					break
				}
			}
		})
	}
}

// An instant is the same instant in whatever zone it was given; JSON keeps it, and
// merging does not depend on the side.
func TestTimelineInOddZones(t *testing.T) {
	t.Parallel()
	at := time.Date(1971, 6, 1, 12, 0, 0, 0, time.UTC)
	base := Interaction{ID: "a", Customer: "c", Channel: Phone, Direction: Inbound}
	for _, offset := range []int{100 * 3600, -(44*60 + 30), 1} {
		x := base
		x.At = at.In(time.FixedZone("odd", offset))
		odd, err := NewTimeline(x)
		require.NoError(t, err)
		x.At = at
		plain, err := NewTimeline(x)
		require.NoError(t, err)
		data, err := json.Marshal(odd)
		require.NoError(t, err)
		var back Timeline
		require.NoError(t, json.Unmarshal(data, &back))
		first, _ := back.First()
		require.True(t, first.At.Equal(at))
		ab, err := json.Marshal(odd.Merge(plain))
		require.NoError(t, err)
		ba, err := json.Marshal(plain.Merge(odd))
		require.NoError(t, err)
		require.Equal(t, string(ab), string(ba))
	}
	base.At, base.Note = at, "\xff"
	require.ErrorIs(t, base.Validate(), ErrInvalid)
}

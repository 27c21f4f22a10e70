package listen_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/feedback/listen"
)

var published = time.Date(2026, 3, 6, 16, 0, 0, 0, time.UTC) // a Friday afternoon

func record(id string) listen.Record {
	return listen.Record{ID: id, Kind: listen.Review, Source: "maps", At: published, Reply: listen.Unanswered, Language: language.English}
}

// weekdays counts only Monday to Friday, 24 hours each.
type weekdays struct{}

func (weekdays) Add(t time.Time, d time.Duration) (time.Time, error) {
	for {
		day := t.Truncate(24 * time.Hour).Add(24 * time.Hour)
		left := day.Sub(t)
		if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t = day
			continue
		}
		if d <= left {
			return t.Add(d), nil
		}
		d -= left
		t = day
	}
}

type noCalendar struct{}

func (noCalendar) Add(time.Time, time.Duration) (time.Time, error) {
	return time.Time{}, errors.New("closed for good")
}

// grumpy calls everything negative, in English only.
type grumpy struct{}

func (grumpy) Classify(tag language.Tag, _ string) (listen.Polarity, float64, bool) {
	return listen.Negative, 0.9, tag == language.English
}

func TestRecordValidate(t *testing.T) {
	t.Parallel()
	require.NoError(t, record("a").Validate())
	err := listen.Record{Rating: 9, Reply: listen.Replied}.Validate()
	require.ErrorIs(t, err, listen.ErrRecord)
	for _, field := range []string{"ID", "Kind", "Source", "Rating", "At", "RepliedAt"} {
		require.ErrorContains(t, err, field)
	}
}

func TestSeverityAndDue(t *testing.T) {
	t.Parallel()
	p := listen.SuggestedReplies("lawyer", "allergic", "火傷")
	p.Exclude = []string{"lawyer up"}
	p.Sources = map[string]listen.ReplyTimes{"forum": {0, 0, 12 * time.Hour, 2 * time.Hour}}
	replies, err := listen.NewReplies(p)
	require.NoError(t, err)
	rows := []struct {
		name, source, text string
		rating             int
		tag                language.Tag
		severity           listen.Severity
		rule               string
		due                string // on the weekday calendar; empty for none
	}{
		{"risk", "maps", "My LAWYER will call", 5, language.English, listen.Critical, "risk", "2026-03-06T17:00:00Z"},
		{"risk in Japanese", "maps", "スープで火傷した", 3, language.Japanese, listen.Critical, "risk", "2026-03-06T17:00:00Z"},
		{"one star", "maps", "bad", 1, language.English, listen.High, "rating", "2026-03-09T16:00:00Z"},
		{"three stars", "maps", "so so", 3, language.English, listen.Medium, "rating", "2026-03-10T16:00:00Z"},
		{"five stars", "maps", "good", 5, language.English, listen.Low, "default", "2026-03-17T16:00:00Z"},
		{"no stars, negative", "maps", "hm", 0, language.English, listen.Medium, "polarity", "2026-03-10T16:00:00Z"},
		{"no stars, not judged", "maps", "hm", 0, language.Thai, listen.Low, "default", "2026-03-17T16:00:00Z"},
		{"a source of its own", "forum", "bad", 1, language.English, listen.High, "rating", "2026-03-09T04:00:00Z"},
		{"a source that asks for none", "forum", "good", 5, language.English, listen.Low, "default", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := record("a")
			r.Source, r.Text, r.Rating, r.Language = row.source, row.text, row.rating, row.tag
			reason := replies.Severity(r, grumpy{})
			require.Equal(t, row.severity, reason.Severity, reason.Severity.String())
			require.Equal(t, row.rule, reason.Rule)
			require.Equal(t, row.rule == "risk", len(reason.Risk) > 0)
			due, ok, err := replies.Due(r, reason.Severity, weekdays{})
			require.NoError(t, err)
			require.Equal(t, row.due != "", ok)
			if ok {
				require.Equal(t, row.due, due.Format(time.RFC3339))
			}
		})
	}
	r := record("a")
	_, _, err = replies.Due(r, listen.High, noCalendar{})
	require.ErrorContains(t, err, "closed for good")
	due, ok, err := replies.Due(r, listen.High, nil)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, published.Add(24*time.Hour), due)
	r.Reply, r.RepliedAt = listen.Replied, published.Add(30*time.Hour)
	_, ok, _ = replies.Due(r, listen.High, nil)
	require.False(t, ok)
	late, ok, err := replies.LateReply(r, listen.High, nil)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, 6*time.Hour, late)
	_, ok, _ = replies.LateReply(record("a"), listen.High, nil)
	require.False(t, ok)
}

func TestQueue(t *testing.T) {
	t.Parallel()
	replies, err := listen.NewReplies(listen.SuggestedReplies("lawyer"))
	require.NoError(t, err)
	calm, angry, sued, done, declined := record("calm"), record("angry"), record("sued"), record("done"), record("declined")
	calm.Rating, angry.Rating, sued.Text = 5, 1, "see my lawyer"
	done.Reply, done.RepliedAt = listen.Replied, published
	declined.Reply = listen.NoReply
	queue, err := replies.Queue([]listen.Record{calm, done, angry, declined, sued}, nil, nil, published.Add(2*time.Hour))
	require.NoError(t, err)
	require.Len(t, queue, 3)
	for i, id := range []string{"sued", "angry", "calm"} {
		require.Equal(t, id, queue[i].Record.ID)
		require.Equal(t, id == "sued", queue[i].Overdue)
	}
	_, err = replies.Queue([]listen.Record{{}, calm, {}}, nil, nil, published)
	require.ErrorIs(t, err, listen.ErrRecord)
	require.ErrorContains(t, err, "records[0]")
	require.ErrorContains(t, err, "records[2]")
}

func TestRepliesRefuse(t *testing.T) {
	t.Parallel()
	_, err := listen.NewReplies(listen.ReplyPolicy{
		Default: listen.ReplyTimes{-1}, Sources: map[string]listen.ReplyTimes{"": {}, "x": {0, -1}},
		Risk: []string{""}, HighAtMost: 4, MediumAtMost: 3,
	})
	require.ErrorIs(t, err, listen.ErrReplyPolicy)
	for _, part := range []string{"Default[low]", `Sources["x"][medium]`, "Sources is required", "MediumAtMost", "risk words"} {
		require.ErrorContains(t, err, part)
	}
}

func TestReplyPolicyText(t *testing.T) {
	t.Parallel()
	p := listen.SuggestedReplies("lawyer")
	p.Sources = map[string]listen.ReplyTimes{"b": {1: time.Hour}, "a": {2: time.Minute}}
	p.Match = &listen.MatchOptions{Gap: true}
	text, err := p.MarshalJSON()
	require.NoError(t, err)
	back, err := listen.ParseReplyPolicy(text)
	require.NoError(t, err)
	require.Equal(t, p, back)
	_, err = listen.ParseReplyPolicy([]byte(`{"default": {"low_minutes": -1}, "sources": [{"source": "a", "reply": {}}, {"source": "a", "reply": {}}]}`))
	require.ErrorIs(t, err, listen.ErrReplyPolicy)
	require.ErrorContains(t, err, "default.low_minutes")
	require.ErrorContains(t, err, "sources[1].source")
	_, err = listen.ParseReplyPolicy([]byte(`{"default": {}, "tone": "kind"}`))
	require.ErrorContains(t, err, "tone")
	p.Default[0] = time.Second
	_, err = p.MarshalJSON()
	require.ErrorIs(t, err, listen.ErrReplyPolicy)
}

func FuzzReplyPolicy(f *testing.F) {
	f.Add([]byte(`{"default": {"high_minutes": 60}, "sources": [{"source": "maps", "reply": {"low_minutes": 5}}], "risk": ["x"], "match": {"kana": true}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := listen.ParseReplyPolicy(data)
		if err != nil {
			require.ErrorIs(t, err, listen.ErrReplyPolicy)
			return
		}
		text, err := p.MarshalJSON()
		require.NoError(t, err)
		_, err = listen.ParseReplyPolicy(text)
		require.NoError(t, err)
		if _, err := listen.NewReplies(p); err != nil {
			require.ErrorIs(t, err, listen.ErrReplyPolicy)
		}
	})
}

// Every enum writes names that it reads, and refuses what is none.
func TestEnums(t *testing.T) {
	t.Parallel()
	type text interface {
		String() string
		MarshalText() ([]byte, error)
	}
	for _, set := range []struct {
		n    uint8
		of   func(uint8) text
		read func([]byte) (text, error)
	}{
		{2, func(v uint8) text { return listen.Polarity(v) }, func(b []byte) (text, error) { var v listen.Polarity; err := v.UnmarshalText(b); return v, err }},
		{8, func(v uint8) text { return listen.Support(v) }, func(b []byte) (text, error) { var v listen.Support; err := v.UnmarshalText(b); return v, err }},
		{2, func(v uint8) text { return listen.Kind(v) }, func(b []byte) (text, error) { var v listen.Kind; err := v.UnmarshalText(b); return v, err }},
		{4, func(v uint8) text { return listen.ReplyState(v) }, func(b []byte) (text, error) { var v listen.ReplyState; err := v.UnmarshalText(b); return v, err }},
		{4, func(v uint8) text { return listen.Severity(v) }, func(b []byte) (text, error) { var v listen.Severity; err := v.UnmarshalText(b); return v, err }},
	} {
		for v := range set.n {
			b, err := set.of(v + 1).MarshalText()
			require.NoError(t, err)
			require.Equal(t, set.of(v+1).String(), string(b))
			back, err := set.read(b)
			require.NoError(t, err)
			require.Equal(t, set.of(v+1), back)
		}
		for _, bad := range []uint8{0, set.n + 1} {
			_, err := set.of(bad).MarshalText()
			require.Error(t, err)
			_, err = set.read([]byte(set.of(bad).String()))
			require.Error(t, err)
		}
	}
}

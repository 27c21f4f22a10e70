package interaction

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTenTypes(t *testing.T) {
	t.Parallel()
	require.Len(t, Channels(), 10)
	seen := map[Channel]bool{}
	for _, c := range Channels() {
		require.True(t, c.Valid())
		require.False(t, seen[c])
		seen[c] = true
		require.NotEmpty(t, c.Label())
		require.NotEmpty(t, Purposes(c), c)
		for _, p := range Purposes(c) {
			require.True(t, p.Valid())
		}
	}
	require.Empty(t, Purposes("whatsapp"))
	require.Equal(t, "video call", Channel("video_call").Label())
	require.False(t, Channel("Video Call").Valid())
}

func TestDefaultProfiles(t *testing.T) {
	t.Parallel()
	var all []Channel
	for p := range DefaultProfiles().All() {
		require.NoError(t, p.Validate(), p.Channel)
		all = append(all, p.Channel)
	}
	require.Equal(t, Channels(), all)
	for _, c := range []Channel{SocialMedia, Community} {
		p, ok := DefaultProfiles().Lookup(c)
		require.True(t, ok)
		require.True(t, p.Public)
	}
	phone, _ := DefaultProfiles().Lookup(Phone)
	require.Equal(t, Elapsed(20*time.Second), phone.Reply)
	require.True(t, phone.Synchronous)
	require.True(t, phone.Assisted)
	require.Equal(t, 1, phone.Concurrency)
}

func TestProfilesAreOverridable(t *testing.T) {
	t.Parallel()
	mine, err := DefaultProfiles().With(
		Profile{Channel: Email, Reply: BusinessDays(1)},
		Profile{Channel: "whatsapp", Synchronous: false, Assisted: true, Reply: Elapsed(time.Hour)},
	)
	require.NoError(t, err)
	mail, _ := mine.Lookup(Email)
	require.Equal(t, BusinessDays(1), mail.Reply)
	old, _ := DefaultProfiles().Lookup(Email)
	require.Equal(t, Business(4*time.Hour), old.Reply)
	all := slices.Collect(mine.All())
	require.Len(t, all, 11)
	require.Equal(t, Channel("whatsapp"), all[10].Channel)

	_, err = NewProfiles(Profile{Channel: Email}, Profile{Channel: Email}, Profile{Channel: "X", Concurrency: -1, Reply: Elapsed(-1)})
	require.ErrorIs(t, err, ErrDuplicate)
	require.ErrorIs(t, err, ErrInvalid)
	var fe *FieldError
	require.True(t, errors.As(err, &fe))
	require.ErrorContains(t, err, "concurrency")
	require.ErrorContains(t, err, "reply")
	_, ok := (*Profiles)(nil).Lookup(Email)
	require.False(t, ok)
	some, err := (*Profiles)(nil).With(Profile{Channel: Phone})
	require.NoError(t, err)
	require.Len(t, slices.Collect(some.All()), 1)
}

func TestTargetText(t *testing.T) {
	t.Parallel()
	for _, target := range []Target{{}, Elapsed(20 * time.Second), Business(4 * time.Hour), BusinessDays(0), BusinessDays(3)} {
		b, err := json.Marshal(target)
		require.NoError(t, err)
		var back Target
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, target, back)
	}
	for _, bad := range []string{"", "elapsed", "elapsed -4s", "business_days -1", "business_days x", "none at all", "days 3"} {
		var back Target
		require.ErrorIs(t, back.UnmarshalText([]byte(bad)), ErrInvalid, bad)
	}
}

type plainCalendar struct{}

func (plainCalendar) Add(t time.Time, d time.Duration) (time.Time, error) { return t.Add(2 * d), nil }

type dayCalendar struct{ plainCalendar }

func (dayCalendar) CloseOfBusiness(t time.Time, n int) (time.Time, error) {
	return t.AddDate(0, 0, n).Truncate(24 * time.Hour).Add(17 * time.Hour), nil
}

// lateCalendar closed before anybody asked.
type lateCalendar struct{ plainCalendar }

func (lateCalendar) CloseOfBusiness(t time.Time, n int) (time.Time, error) {
	return t.Add(time.Duration(n) * 48 * time.Hour), nil
}

type modeCalendar struct{ plainCalendar }

func (modeCalendar) AddDays(t time.Time, n int, mode int) (time.Time, error) {
	return t.Add(time.Duration(n*mode) * time.Hour), nil
}

func TestTargetDue(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		target Target
		cal    Calendar
		want   time.Time
		err    error
	}{
		{"elapsed needs no calendar", Elapsed(time.Hour), nil, day0.Add(time.Hour), nil},
		{"business", Business(time.Hour), plainCalendar{}, day0.Add(2 * time.Hour), nil},
		{"business without calendar", Business(time.Hour), nil, time.Time{}, ErrCalendar},
		{"same business day", BusinessDays(0), dayCalendar{}, day0.Add(8 * time.Hour), nil},
		{"after the close of the day", BusinessDays(0), lateCalendar{}, day0.Add(48 * time.Hour), nil},
		{"a calendar with modes", BusinessDays(1), WithDays(modeCalendar{}, 7), day0.Add(7 * time.Hour), nil},
		{"days need a day calendar", BusinessDays(1), plainCalendar{}, time.Time{}, ErrCalendar},
		{"unset", Target{}, plainCalendar{}, time.Time{}, ErrNoData},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := row.target.Due(day0, row.cal)
			require.ErrorIs(t, err, row.err)
			require.Equal(t, row.want, got)
		})
	}
}

func TestJourney(t *testing.T) {
	t.Parallel()
	j, err := NewJourney(append(Stages(), Advocacy)...)
	require.NoError(t, err)
	place, ok := j.Index(Advocacy)
	require.True(t, ok)
	require.Equal(t, 4, place)
	_, ok = DefaultJourney().Index(Advocacy)
	require.False(t, ok)
	_, err = NewJourney(Awareness, Awareness, "No Name")
	require.ErrorIs(t, err, ErrDuplicate)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = NewJourney()
	require.ErrorIs(t, err, ErrInvalid)

	a, b := contact("a", 0), contact("b", time.Hour)
	a.Stage, b.Stage = Purchase, Awareness
	tl, err := NewTimeline(a, b)
	require.NoError(t, err)
	far, ok := j.Furthest(tl)
	require.True(t, ok)
	require.Equal(t, Purchase, far)
	_, ok = j.Furthest(Timeline{})
	require.False(t, ok)
}

func TestSentimentText(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{-1.01, 1.5, math.NaN(), math.Inf(1)} {
		_, err := NewSentiment(bad)
		require.ErrorIs(t, err, ErrInvalid)
	}
	s, err := NewSentiment(-0.125)
	require.NoError(t, err)
	require.Equal(t, "-0.13", s.String(), "half away from zero")
	require.Equal(t, "unknown", Sentiment{}.String())
	b, err := json.Marshal([]Sentiment{s, {}})
	require.NoError(t, err)
	require.JSONEq(t, `[-0.13,null]`, string(b))
	var back []Sentiment
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, []Sentiment{s, {}}, back)
	require.Error(t, json.Unmarshal([]byte(`[3]`), &back))
}

func TestEnumText(t *testing.T) {
	t.Parallel()
	var d Direction
	require.NoError(t, d.UnmarshalText([]byte("outbound")))
	require.Equal(t, Outbound, d)
	require.ErrorIs(t, d.UnmarshalText([]byte("")), ErrInvalid)
	require.Equal(t, "direction(9)", Direction(9).String())
	_, err := Direction(0).MarshalText()
	require.ErrorIs(t, err, ErrInvalid)
}

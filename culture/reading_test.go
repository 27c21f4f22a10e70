package culture_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/golden"
)

// Every typed answer for every region of the facts, as a line.
func TestTypedGolden(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	var b strings.Builder
	for _, region := range r.Regions() {
		c := culture.Context{Region: region}
		for _, l := range territory(t, region.String()).Languages() {
			if l.Status == culture.Official {
				c.Lang = l.Tag
				break
			}
		}
		c.NameLocale = c.Lang
		fmt.Fprintf(&b, "%s, %s\n", region, c.Lang)
		line := func(name string, value any, ask bool, basis culture.Basis) {
			if basis == culture.Fallback {
				return
			}
			mark := ""
			if ask {
				mark = " (ask)"
			}
			fmt.Fprintf(&b, "  %s: %v%s\n", name, value, mark)
		}
		line("register", r.Register(c).Value, r.Register(c).Ask, r.Register(c).Basis)
		line("directness", r.Directness(c).Value, r.Directness(c).Ask, r.Directness(c).Basis)
		line("punctuality", r.Punctuality(c).Value, r.Punctuality(c).Ask, r.Punctuality(c).Basis)
		line("small talk", r.SmallTalk(c).Value, r.SmallTalk(c).Ask, r.SmallTalk(c).Basis)
		line("weekend", r.Weekend(c).Value, r.Weekend(c).Ask, r.Weekend(c).Basis)
		line("clock", r.HourCycle(c).Value, r.HourCycle(c).Ask, r.HourCycle(c).Basis)
		line("greetings", r.GreetingHours(c).Value, r.GreetingHours(c).Ask, r.GreetingHours(c).Basis)
		line("name order", r.NameOrder(c).Value, r.NameOrder(c).Ask, r.NameOrder(c).Basis)
		for _, a := range r.Apologies(c) {
			line("apology", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Negotiations(c) {
			line("negotiation", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Greetings(c) {
			line("greeting", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Gifts(c) {
			line("gift", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.FaceConcerns(c) {
			line("face", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.NonVerbals(c) {
			line("non-verbal", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Services(c) {
			line("service", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Titles(c) {
			line("title", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.AddressForms(c) {
			line("address", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Channels(c) {
			line("channel", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.ContactTimes(c) {
			line("hours", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.LegalTimes(c) {
			line("law", a.Value, a.Ask, a.Basis)
		}
		for _, a := range r.Seasons(c) {
			line("season", a.Value, a.Ask, a.Basis)
		}
	}
	golden.Equal(t, "testdata/typed.txt", b.String())
}

// Dress and empathy have no built-in facts: the answer is to ask, until a host or the
// person says something.
func TestDressAndEmpathy(t *testing.T) {
	t.Parallel()
	for _, d := range []culture.Dimension{culture.Dress, culture.Empathy} {
		require.Equal(t, culture.Fallback, culture.Default().Best(in("ja", "JP"), d).Basis)
		house := strings.NewReplacer(`"gift"`, `"`+d.String()+`"`, `"t"`, `"as the house does"`).Replace(fact("h.1", ""))
		a := with(t, hostPack(house)).Best(in("zh", "CN"), d)
		require.Equal(t, "our own guidance for CN: as the house does (ask)", a.String())
	}
}

// Words of the types themselves are read, whoever writes them.
func TestTypedByTheirOwnNames(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	c := culture.Context{Stated: []culture.Preference{
		{Dimension: culture.Directness, Value: "tactful"},
		{Dimension: culture.Punctuality, Value: "flexible_time"},
		{Dimension: culture.SmallTalk, Value: "none"},
		{Dimension: culture.NameOrder, Value: "single_name"},
		{Dimension: culture.ContactHours, Value: "mon-wed 9-12,14-17:30; sat 10-11"},
		{Dimension: culture.Seasonal, Value: "ramadan_august"},
		{Dimension: culture.Weekend, Value: "fri,sun"},
		{Dimension: culture.GreetingHours, Value: "morning 06:00; evening 17:30"},
		{Dimension: culture.Languages, Value: "bo,mn_Mong,zh"},
		{Dimension: culture.Gift, Value: "no_tip"},
	}}
	require.Equal(t, culture.Tactful, r.Directness(c).Value)
	require.Equal(t, culture.FlexibleTime, r.Punctuality(c).Value)
	require.Equal(t, culture.NoTalk, r.SmallTalk(c).Value)
	require.Equal(t, culture.SingleName, r.NameOrder(c).Value)
	require.Equal(t, "[Mon, Tue, Wed 09:00-12:00 Mon, Tue, Wed 14:00-17:30 Sat 10:00-11:00]", fmt.Sprint(r.ContactTimes(c)[0].Value))
	require.Equal(t, "August and Ramadan", r.Seasons(c)[0].Value.String())
	require.Equal(t, "Fri, Sun", r.Weekend(c).Value.String())
	require.Equal(t, culture.Clock(17, 30), r.GreetingHours(c).Value.Evening)
	require.Len(t, r.Languages(c).Value, 3)
	require.Equal(t, culture.NoTip, r.Gifts(c)[0].Value)
	require.Equal(t, culture.Individual, r.Gifts(c)[0].Basis)
	c.Stated = []culture.Preference{
		{Dimension: culture.Directness, Value: "as it comes"},
		{Dimension: culture.ContactHours, Value: "17-9"},
		{Dimension: culture.Weekend, Value: "someday"},
		{Dimension: culture.GreetingHours, Value: "evening 17"},
		{Dimension: culture.Seasonal, Value: "whenever"},
	}
	require.Zero(t, r.Directness(c).Value)
	require.True(t, r.Directness(c).Ask, "a word that is not understood is to be asked about")
	for _, a := range r.ContactTimes(c) {
		require.Nil(t, a.Value)
		require.True(t, a.Ask)
	}
	require.True(t, r.Weekend(c).Ask)
	require.True(t, r.GreetingHours(c).Ask)
	require.True(t, r.Seasons(c)[0].Ask)
	require.Equal(t, "none", r.Seasons(c)[0].Value.String())
	for _, hours := range []string{"", "9", "9-9", "25-26", "9:60-10", "mon", "mon 9-12 x", "mon-xyz 9-12", ";", "9-12;", "-", "mon-fri 09-17,"} {
		c.Stated = []culture.Preference{{Dimension: culture.ContactHours, Value: hours}}
		require.Nil(t, r.ContactTimes(c)[0].Value, hours)
	}
}

// The order of a name is that of its own tradition, never the message's.
func TestNameOrderFollowsTheName(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	c := in("en-US", "US")
	for tag, want := range map[string]culture.NameSequence{
		"hu-HU": culture.FamilyFirst, "ja": culture.FamilyFirst, "is-IS": culture.PatronymicLast, "vi-VN": culture.FamilyFirst,
		"de-DE": culture.GivenFirst, "id-ID": culture.SingleName, "ru-RU": culture.PatronymicBetween, "es-ES": culture.TwoSurnames,
		"pt-BR": culture.TwoSurnamesBack, "tlh": 0,
	} {
		c.NameLocale = language.MustParse(tag)
		require.Equal(t, want, r.NameOrder(c).Value, tag)
	}
}

// Answers and plans travel as JSON, whatever of them is not known.
func TestAnswersTravel(t *testing.T) {
	t.Parallel()
	r := culture.Default()
	for _, person := range people() {
		for _, s := range culture.Situations() {
			p, err := r.Plan(person.context, s)
			require.NoError(t, err)
			data, err := json.Marshal(p)
			require.NoError(t, err)
			var back culture.Plan
			require.NoError(t, json.Unmarshal(data, &back))
			require.Equal(t, p.Explain(), back.Explain())
		}
		_, err := json.Marshal([]any{
			r.Directness(person.context), r.SmallTalk(person.context), r.Weekend(person.context), r.HourCycle(person.context), r.Languages(person.context),
			r.GreetingHours(person.context), r.NameOrder(person.context), r.Gifts(person.context), r.ContactTimes(person.context), r.Seasons(person.context),
		})
		require.NoError(t, err)
	}
	c, ok := culture.ConventionsOf(language.MustParse("en-BN"), language.Region{}, culture.Date{})
	require.True(t, ok)
	data, err := json.Marshal(c)
	require.NoError(t, err)
	require.JSONEq(t, `{"tag":"en-BN","region":"BN","first_day":1,"min_days":1,"weekend":"fri,sun","hour_cycle":"h12","currency":"BND",
		"calendar":"gregory","measurement":"metric","temperature":"celsius","paper":"A4"}`, string(data))
	var back culture.Conventions
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, c, back)
}

// Days, times and sets of days read what they write, and nothing else.
func TestTextOfTimes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := culture.Weekdays(rapid.IntRange(0, 127).Draw(t, "days"))
		text, err := w.MarshalText()
		require.NoError(t, err)
		back := culture.Weekdays(99)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, w, back)
		at := culture.TimeOfDay(rapid.IntRange(0, 1440).Draw(t, "minute"))
		text, err = at.MarshalText()
		require.NoError(t, err)
		var same culture.TimeOfDay
		require.NoError(t, same.UnmarshalText(text))
		require.Equal(t, at, same)
		d := culture.DateOf(time.Unix(rapid.Int64Range(-5e10, 2e11).Draw(t, "second"), 0).UTC())
		text, err = d.MarshalText()
		require.NoError(t, err)
		var sameDay culture.Date
		require.NoError(t, sameDay.UnmarshalText(text))
		require.Equal(t, d, sameDay)
	})
	_, err := culture.Weekdays(128).MarshalText()
	require.ErrorIs(t, err, culture.ErrName)
	_, err = culture.TimeOfDay(1441).MarshalText()
	require.ErrorIs(t, err, culture.ErrName)
	_, err = culture.Date{Year: 2026, Month: 2, Day: 30}.MarshalText()
	require.ErrorIs(t, err, culture.ErrName)
	var w culture.Weekdays
	require.ErrorIs(t, w.UnmarshalText([]byte("someday")), culture.ErrName)
	require.Equal(t, "no day", w.String())
	require.Equal(t, culture.Weekdays(0), culture.WeekdaysOf(-1, 7))
	var at culture.TimeOfDay
	for _, text := range []string{"", "9", "0900", "24:01", "09:6", "-1:00", "１２:00"} {
		require.ErrorIs(t, at.UnmarshalText([]byte(text)), culture.ErrName, text)
	}
	var d culture.Date
	for _, text := range []string{"2026", "2026-02-30", "26-01-01", "2026-1-1", "today"} {
		require.ErrorIs(t, d.UnmarshalText([]byte(text)), culture.ErrName, text)
	}
	require.NoError(t, d.UnmarshalText(nil))
	require.True(t, d.IsZero())
}

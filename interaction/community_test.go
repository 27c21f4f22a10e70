package interaction

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

func TestCommunityThread(t *testing.T) {
	t.Parallel()
	th, err := NewCommunityThread("t1", "u1", day0)
	require.NoError(t, err)
	step := func(next CommunityThread, err error) {
		t.Helper()
		require.NoError(t, err)
		th = next
	}
	step(th.Reply(Post{ID: "p3", Author: "support", At: day0.Add(3 * hour), Standing: StandingOfficial}))
	step(th.Reply(Post{ID: "p1", Author: "u2", At: day0.Add(hour), Standing: StandingPeer}))
	step(th.Reply(Post{ID: "p2", Author: "u1", At: day0.Add(2 * hour), Standing: StandingPeer}))
	require.Equal(t, "p1", th.Posts[0].ID, "in order of time")
	require.Equal(t, StandingAsker, th.Posts[1].Standing, "who asked is no peer")
	old := th
	step(th.Accept("p1", client, day0.Add(4*hour)))
	require.Empty(t, old.Accepted, "a thread is a value")
	require.True(t, th.SolvedByPeer())
	require.Equal(t, []Fact{
		{Kind: FactAnswerGiven, Customer: "u2", At: day0.Add(hour), Where: "t1", Ref: "p1"},
		{Kind: FactAnswerAccepted, Customer: "u2", At: day0.Add(4 * hour), Where: "t1", Ref: "p1"},
	}, th.Facts())
	first, ok := th.First(StandingOfficial)
	require.True(t, ok)
	require.Equal(t, "p3", first.ID)

	step(th.Hide("p1", ada, day0.Add(5*hour), "advertising"))
	require.Empty(t, th.Accepted, "a hidden answer is not accepted")
	require.Empty(t, th.Facts())
	_, err = th.Accept("p1", client, day0)
	require.ErrorIs(t, err, ErrTransition)
	step(th.Restore("p1", boss, day0.Add(6*hour), "it was no advertising"))
	require.Len(t, th.Facts(), 1)
	step(th.Accept("p2", client, day0.Add(7*hour)))
	require.False(t, th.SolvedByPeer(), "helping oneself is no advocacy")
	step(th.Lock(ada, day0.Add(8*hour), "off topic"))
	_, err = th.Reply(Post{ID: "p4", Author: "u3", At: day0.Add(9 * hour), Standing: StandingPeer})
	require.ErrorIs(t, err, ErrFinal)
	step(th.Reply(Post{ID: "p5", Author: "support", At: day0.Add(9 * hour), Standing: StandingOfficial}))
	step(th.Unlock(ada, day0.Add(10*hour), "calm again"))
	require.Len(t, th.Moderations, 4)

	_, err = th.Reply(Post{ID: "p1", At: day0.Add(-hour), Standing: StandingAsker})
	for _, fault := range []string{"post.author", "post.standing", "before the question", "is taken"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = th.Accept("p1", Actor{ID: "u7", Role: RoleCustomer}, day0)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = th.Accept("nope", client, day0)
	require.ErrorIs(t, err, ErrUnknown)
	_, err = th.Hide("nope", client, time.Time{}, " ")
	for _, fault := range []string{"only staff", "reason", "at", "not in the thread"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = NewCommunityThread("", "", time.Time{})
	require.ErrorIs(t, err, ErrInvalid)
	data, err := json.Marshal(th)
	require.NoError(t, err)
	var back CommunityThread
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, th, back)
}

type engine struct {
	give  Translation
	err   error
	asked *int
}

func (e engine) Translate(context.Context, Text, language.Tag) (Translation, error) {
	*e.asked++
	return e.give, e.err
}

func TestTranslation(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	m := Message{ID: "m1", At: day0, By: client, Original: Text{language.German, "Mein Paket ist weg."}}
	require.NoError(t, m.Validate())
	asked := 0
	tr := engine{give: Translation{Text: Text{language.English, "My parcel is away."}, Machine: true, By: "engine-1"}, asked: &asked}
	en, err := Translate(ctx, tr, m, language.English, day0.Add(hour))
	require.NoError(t, err)
	require.Equal(t, m.Original, en.Original, "the original is always kept")
	require.Empty(t, m.Translations)
	require.Equal(t, day0.Add(hour), en.Translations[0].At)
	require.Equal(t, Rendering{Text: Text{language.English, "My parcel is away."}, Machine: true, By: "engine-1"}, en.In(language.BritishEnglish))
	again, err := Translate(ctx, tr, en, language.AmericanEnglish, day0)
	require.NoError(t, err)
	require.Equal(t, en, again)
	_, err = Translate(ctx, tr, m, language.MustParse("de-AT"), day0)
	require.NoError(t, err)
	require.Equal(t, 1, asked, "nobody is asked twice, or for what is there")

	human, err := en.WithTranslation(Translation{Text: Text{language.English, "My parcel is lost."}, By: "ada", At: day0})
	require.NoError(t, err)
	require.Equal(t, "My parcel is lost.", human.In(language.French, language.English).Body, "a person before a machine")
	later, err := human.WithTranslation(Translation{Text: Text{language.English, "My parcel has gone."}, Machine: true, By: "engine-2", At: day0})
	require.NoError(t, err)
	require.Equal(t, "ada", later.In(language.English).By)
	require.True(t, later.In(language.German, language.English).Original)
	require.True(t, later.In(language.Dutch).Original)

	for _, pair := range [][2]string{{"sr-Latn", "sr-Cyrl"}, {"zh-Hans", "zh-TW"}, {"ms", "id"}, {"und", "en"}} {
		require.False(t, sameLanguage(language.MustParse(pair[0]), language.MustParse(pair[1])), pair)
	}
	require.True(t, sameLanguage(language.MustParse("zh-CN"), language.MustParse("zh-Hans")))

	tr.give.Lang = language.French
	_, err = Translate(ctx, tr, m, language.English, day0)
	require.ErrorIs(t, err, ErrTranslation)
	tr.give = Translation{Text: Text{language.English, " "}, By: "x"}
	_, err = Translate(ctx, tr, m, language.English, day0)
	require.ErrorIs(t, err, ErrTranslation)
	tr.err = errors.New("engine is down")
	same, err := Translate(ctx, tr, m, language.English, day0)
	require.ErrorIs(t, err, tr.err)
	require.Equal(t, m, same)
	m.Translations = []Translation{{}}
	m.ID = ""
	require.ErrorContains(t, m.Validate(), "translations[0].lang")
	require.ErrorContains(t, m.Validate(), "id")
}

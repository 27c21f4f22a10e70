package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

func clockOf(t testing.TB, c desk.CaseView, metric string) desk.ClockView {
	t.Helper()
	i := slices.IndexFunc(c.Clocks, func(k desk.ClockView) bool { return k.Metric == metric })
	require.GreaterOrEqual(t, i, 0)
	return c.Clocks[i]
}

// A case goes through its life: the clocks run in the desk's hours, stop while the
// customer is to act, and every verdict is explained.
func TestLifeOfACase(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	ctx := t.Context()
	command := desk.OpenCaseCommand{Key: "o1", Customer: "M1001", Channel: "email", Subject: "The tent leaks", Text: "It rained in."}
	opened, err := app.OpenCase(ctx, command)
	require.NoError(t, err)
	id := opened.Case.ID
	require.Equal(t, "new", opened.Case.Status)
	require.Equal(t, afterwards.Add(4*time.Hour), clockOf(t, opened.Case, "first_response").Due.UTC())
	again, err := app.OpenCase(ctx, command)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, id, again.Case.ID)

	act := func(key, what, text string) (desk.CaseResult, error) {
		return app.ActOnCase(ctx, desk.CaseCommand{Key: key, Case: id, Act: what, Text: text, Agent: "ada"})
	}
	c.move(3 * time.Hour)
	promised, err := act("p", "promise", "")
	require.NoError(t, err)
	require.Len(t, promised.Case.Promises, 1)
	require.Equal(t, "open", promised.Case.Promises[0].Verdict)
	_, err = act("ack", "acknowledge", "A leaking tent on the first night is miserable.")
	require.NoError(t, err)
	c.move(30 * time.Minute)
	replied, err := act("r", "reply", "A new one goes out today.")
	require.NoError(t, err)
	require.Equal(t, "met", clockOf(t, replied.Case, "first_response").Outcome)
	require.Equal(t, "3h30m0s", clockOf(t, replied.Case, "first_response").Elapsed)
	require.Equal(t, "kept", replied.Case.Promises[0].Verdict)
	require.Equal(t, "/version", problem(t, second(app.ActOnCase(ctx, desk.CaseCommand{Key: "v", Case: id, Act: "note", Text: "x", Version: 1})), desk.ErrConflict).Path)

	paused, err := act("pause", "pause", "a photo is wanted")
	require.NoError(t, err)
	require.Equal(t, "paused", clockOf(t, paused.Case, "resolution").Phase)
	c.move(10 * 24 * time.Hour)
	back, err := act("back", "receive", "Here it is.")
	require.NoError(t, err)
	require.Equal(t, "open", back.Case.Status)
	require.Equal(t, "3h30m0s", clockOf(t, back.Case, "resolution").Elapsed, "it stood still")

	raised, err := act("e", "escalate", "asks for the manager")
	require.NoError(t, err)
	require.Equal(t, "team lead", raised.Case.Escalation[0].To)
	c.move(2 * time.Hour)
	require.NoError(t, app.CatchUp(ctx))
	climbed, err := app.Case(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "manager", climbed.Escalation[0].To, "nobody accepted within an hour")
	_, err = act("accept", "accept", "")
	require.NoError(t, err)
	_, err = act("resolve", "resolve", "a new tent was sent")
	require.NoError(t, err)
	require.Equal(t, "/text", problem(t, second(act("resolve2", "resolve", " ")), desk.ErrInvalid).Path)
	require.Equal(t, "/act", problem(t, second(act("x", "dance", "x")), desk.ErrInvalid).Path)
	c.move(8 * 24 * time.Hour)
	require.NoError(t, app.CatchUp(ctx))
	closed, err := app.Case(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "closed", closed.Status)
	problem(t, second(act("late", "reply", "hello?")), desk.ErrRefused)

	require.Equal(t, "It rained in.", closed.Thread[0].Text)
	require.Len(t, closed.Thread, 3)
	require.Greater(t, len(closed.Explanation), 8)
	require.NotEmpty(t, closed.Verdicts)
	require.Equal(t, []string{"receive"}, closed.Actions)

	follow, err := act("follow", "receive", "It leaks again.")
	require.NoError(t, err)
	require.NotEqual(t, id, follow.Case.ID, "a message after the end opens a case of its own")
	page, err := app.Customer(ctx, "M1001", nil)
	require.NoError(t, err)
	require.Equal(t, follow.Case.ID, page.Cases[0].ID)
	list, err := app.Cases(ctx, desk.CaseQuery{Status: "open", Limit: 3})
	require.NoError(t, err)
	require.Len(t, list.Cases, 3)
	more, err := app.Cases(ctx, desk.CaseQuery{Status: "open", Limit: 200, After: list.Next})
	require.NoError(t, err)
	require.Equal(t, list.Total-3, len(more.Cases))
	problem(t, second(app.Cases(ctx, desk.CaseQuery{Status: "dancing"})), desk.ErrInvalid)
	problem(t, second(app.Case(ctx, "nothing")), desk.ErrNotFound)
}

// Of two cases opened at one instant the gold member's is due first: the level that the
// member held then decides, also when it is lost later.
func TestGoldIsServedFaster(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	ctx := t.Context()
	gold, err := app.Customers(ctx, desk.CustomerQuery{Segment: "gold"})
	require.NoError(t, err)
	one, err := app.OpenCase(ctx, desk.OpenCaseCommand{Key: "a", Customer: gold.Customers[0].ID, Channel: "email", Subject: "s", Text: "t"})
	require.NoError(t, err)
	require.Equal(t, "gold v1", one.Case.Policy)
	require.Equal(t, afterwards.Add(2*time.Hour), clockOf(t, one.Case, "first_response").Due.UTC())
	c.move(400 * 24 * time.Hour)
	require.NoError(t, app.CatchUp(ctx))
	row, err := app.Customers(ctx, desk.CustomerQuery{Text: gold.Customers[0].ID})
	require.NoError(t, err)
	require.Equal(t, "member", row.Customers[0].Tier)
	later, err := app.Case(ctx, one.Case.ID)
	require.NoError(t, err)
	require.Equal(t, "gold v1", later.Policy)
}

func TestSurveys(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	list, err := app.Surveys(ctx)
	require.NoError(t, err)
	require.Len(t, list, 3)
	for _, s := range list {
		for _, lang := range []string{"", "de", "ja", "ar"} {
			f, err := app.Survey(ctx, s.ID, "", lang)
			require.NoError(t, err)
			require.NotEmpty(t, f.Pages[0].Questions)
			require.Equal(t, "en", f.Language, "the definitions have English texts only, whoever reads")
			require.Equal(t, "ltr", f.Dir)
		}
	}
	problem(t, second(app.Survey(ctx, "nps", "nobody", "")), desk.ErrNotFound)

	form := map[string][]string{"csat": {"2"}, "order[delivery]": {"1"}, "problem": {"true"}, "problem_text": {"I shall tell my lawyer."}, "nps": {"3"}}
	out, err := app.Answer(ctx, desk.AnswerCommand{Key: "s1", Survey: "post-purchase", Customer: "M1001", Form: form})
	require.NoError(t, err)
	require.Equal(t, []desk.Score{{Name: "nps", Value: "3", Group: "detractor"}, {Name: "csat", Value: "2"}}, out.Scores)
	require.NotEmpty(t, out.Case, "a low score opens a case")
	opened, err := app.Case(ctx, out.Case)
	require.NoError(t, err)
	require.Equal(t, "service", opened.Owner)
	require.Equal(t, "I shall tell my lawyer.", opened.Thread[0].Text)
	again, err := app.Answer(ctx, desk.AnswerCommand{Key: "s1", Survey: "post-purchase", Customer: "M1001", Form: form})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, out.Case, again.Case)

	happy, err := app.Answer(ctx, desk.AnswerCommand{Key: "s2", Survey: "nps", Customer: "M1001", Answers: []byte(`{"nps": 10}`)})
	require.NoError(t, err)
	require.Empty(t, happy.Case)
	page, err := app.Customer(ctx, "M1001", nil)
	require.NoError(t, err)
	require.Equal(t, happy.Scores, page.Answers[0].Scores)
	require.Equal(t, out.Case, page.Answers[1].Case)
}

// Whatever is sent, every fault comes back with the question it is about, and nothing is
// kept.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	before, err := app.Dashboard(ctx)
	require.NoError(t, err)
	rows := []struct {
		name, survey, answers string
		paths                 []string
	}{
		{"beyond the scale", "nps", `{"nps": 11}`, []string{"/answers/nps"}},
		{"below it", "nps", `{"nps": -1}`, []string{"/answers/nps"}},
		{"between two", "nps", `{"nps": 8.5}`, []string{"/answers/nps"}},
		{"text", "nps", `{"nps": "<script>"}`, []string{"/answers/nps"}},
		{"a list", "nps", `{"nps": [9, 9]}`, []string{"/answers/nps"}},
		{"required", "nps", `{}`, []string{"/answers/nps"}},
		{"of nobody's asking", "nps", `{"nps": 9, "__proto__": {"admin": true}}`, []string{"/answers/__proto__"}},
		{"several faults at once", "post-interaction", `{"csat": 9, "ces": "x", "resolved": "never"}`, []string{"/answers/resolved", "/answers/csat", "/answers/ces"}},
		{"a row that there is not", "post-purchase", `{"csat": 4, "order": {"price": 1}}`, []string{"/answers/order"}},
		{"no object", "nps", `[1]`, []string{"/answers"}},
		{"not JSON", "nps", `{`, []string{"/answers"}},
		{"two objects", "nps", `{"nps": 9} {"nps": 9}`, []string{"/answers"}},
		{"null", "nps", `null`, []string{"/answers"}},
	}
	for _, row := range rows {
		_, err := app.Answer(ctx, desk.AnswerCommand{Key: "h", Survey: row.survey, Customer: "M1001", Answers: []byte(row.answers)})
		var p *desk.ProblemError
		require.ErrorAs(t, err, &p, row.name)
		require.ErrorIs(t, err, desk.ErrInvalid)
		var paths []string
		for _, x := range p.Problems {
			paths = append(paths, x.Path)
			require.NotEmpty(t, x.Message)
		}
		require.ElementsMatch(t, row.paths, paths, row.name)
	}
	after, err := app.Dashboard(ctx)
	require.NoError(t, err)
	require.Equal(t, before.Version, after.Version)
	problem(t, second(app.Answer(ctx, desk.AnswerCommand{Key: "h", Survey: "none", Customer: "M1001"})), desk.ErrNotFound)
	problem(t, second(app.Answer(ctx, desk.AnswerCommand{Key: "h", Survey: "nps", Customer: "none", Answers: []byte(`{"nps":9}`)})), desk.ErrNotFound)
}

package web

import (
	"net/http"
	"net/url"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// library has the places of survey-library's packages, and something beside them.
func library() fstest.MapFS {
	return fstest.MapFS{
		"survey-core/survey.core.min.js":           {Data: []byte("core")},
		"survey-core/survey-core.fontless.min.css": {Data: []byte("css")},
		"survey-js-ui/survey-js-ui.min.js":         {Data: []byte("ui")},
		"survey-core/package.json":                 {Data: []byte("not served")},
	}
}

func TestScriptStandsOnSurveysAlone(t *testing.T) {
	t.Parallel()
	b := start(t, newFake(t), &Options{SurveyJS: library()})
	for _, path := range pages {
		got := b.get(path)
		csp := got.header.Get("Content-Security-Policy")
		if path == "/surveys/purchase?customer=c-7" {
			require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", csp)
			require.Contains(t, got.body, `<script src="/surveyjs/survey.core.js" defer>`)
			require.Contains(t, got.body, `id="survey-plain"`, "the plain form is there all the same")
		} else {
			require.Equal(t, policy, csp, path)
			require.NotContains(t, got.body, "<script", path)
		}
		require.Empty(t, barriers(got.body), path)
	}
	require.NotContains(t, b.get("/surveys/purchase?plain=1").body, "<script")
	for name, want := range map[string]string{"survey.core.js": "core", "survey-js-ui.js": "ui", "survey-core.css": "css"} {
		require.Equal(t, want, b.get("/surveyjs/"+name).body)
	}
	for _, name := range []string{"package.json", "..%2Fsurvey-core%2Fpackage.json", "survey-core/package.json"} {
		require.Equal(t, http.StatusNotFound, b.get("/surveyjs/"+name).status, name)
	}
	require.Contains(t, b.get("/assets/survey.js").body, "SurveyUI.renderSurvey")
	require.Equal(t, http.StatusNotFound, start(t, newFake(t), nil).get("/surveyjs/survey.core.js").status)
}

func TestAnswersOfTheRenderer(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := start(t, f, &Options{SurveyJS: library()})
	got := b.send("/surveys/purchase", url.Values{"key": {"k"}, "customer": {"c-7"}, "answers": {`{"nps":3}`}, "q.nps": {"9"}})
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, desk.AnswerCommand{Key: "k", Survey: "purchase", Customer: "c-7", Answers: []byte(`{"nps":3}`)}, f.last())
	require.Equal(t, http.StatusBadRequest, b.send("/surveys/purchase", url.Values{"key": {"k"}, "answers": {`{"nps":`}}).status)
	f.err = &desk.ProblemError{Kind: desk.ErrInvalid, Problems: []desk.Problem{{Path: "/answers/nps", Code: "range", Message: "From 0 to 10"}}}
	evil := `{"nps":"</div><script>alert(1)</script>"}`
	got = b.send("/surveys/purchase", url.Values{"key": {"k"}, "answers": {evil}})
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	require.Empty(t, barriers(got.body))
	d, err := parse(got.body)
	require.NoError(t, err)
	for _, n := range d.all("div") {
		if attr(n, "id") == "survey-drawn" {
			require.Equal(t, evil, attr(n, "data-entered"), "what was entered stays")
		}
	}
	require.Contains(t, got.body, "From 0 to 10")
}

func TestALibraryThatIsNotThere(t *testing.T) {
	t.Parallel()
	files := library()
	delete(files, "survey-js-ui/survey-js-ui.min.js")
	_, err := New(newFake(t), &Options{SurveyJS: files})
	require.ErrorContains(t, err, "survey-js-ui.min.js")
}

package feedback_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback"
)

func must[A any](a A, err error) A {
	if err != nil {
		panic(err)
	}
	return a
}

func TestResponseValidate(t *testing.T) {
	t.Parallel()
	good := feedback.Response{ID: "r1", Survey: "post-purchase", At: time.Unix(1, 0), Items: []feedback.Item{
		{Question: "recommend", Answer: must(feedback.NewNPS(9))}, {Question: "satisfied"},
	}}
	require.NoError(t, good.Validate())

	err := feedback.Response{Comment: "private words", Items: []feedback.Item{{}, {Question: "a"}, {Question: "a"}}}.Validate()
	require.ErrorIs(t, err, feedback.ErrResponse)
	for _, field := range []string{"ID", "Survey", "At", "Items[0].Question", "Items[2].Question"} {
		require.ErrorContains(t, err, "response: "+field+":")
	}
	require.NotContains(t, err.Error(), "private")
}

func TestSkippedIsNotCounted(t *testing.T) {
	t.Parallel()
	responses := []feedback.Response{
		{Items: []feedback.Item{{Question: "q", Answer: must(feedback.NewNPS(0))}}},
		{Items: []feedback.Item{{Question: "q"}}},
		{Items: []feedback.Item{{Question: "q", Answer: feedback.NPSAnswer{}}}},
		{},
		{Items: []feedback.Item{
			{Question: "s", Answer: must(feedback.NewCSAT(4))},
			{Question: "e", Answer: must(feedback.NewCES(2, feedback.HigherIsHarder))},
			{Question: "q", Answer: must(feedback.NewNPS(10))},
			{Question: "q2", Answer: must(feedback.NewNPS(1))},
		}},
	}
	seq := slices.Values(responses)
	require.Equal(t, []feedback.NPSAnswer{must(feedback.NewNPS(0)), must(feedback.NewNPS(10))}, slices.Collect(feedback.NPSAnswers(seq)))
	require.Len(t, slices.Collect(feedback.CSATAnswers(seq)), 1)
	require.Len(t, slices.Collect(feedback.CESAnswers(seq)), 1)
	for range feedback.NPSAnswers(seq) {
		break // stopping early is allowed
	}
	_, ok := responses[1].NPS()
	require.False(t, ok)
	csat, ok := responses[4].CSAT()
	require.True(t, ok)
	require.True(t, csat.TopTwo())
	ces, ok := responses[4].CES()
	require.True(t, ok)
	require.Equal(t, 6, ces.Ease())
}

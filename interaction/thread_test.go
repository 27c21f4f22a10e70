package interaction

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type index struct{ messages, tokens map[string]string }

func (x index) ThreadOfMessage(id string) (string, bool) { t, ok := x.messages[id]; return t, ok }
func (x index) ThreadOfToken(tok string) (string, bool)  { t, ok := x.tokens[tok]; return t, ok }

type guesser struct {
	index
	confidence float64
}

func (g guesser) GuessThread(InboundMessage) (string, float64, bool) {
	return "guessed", g.confidence, true
}

func TestLink(t *testing.T) {
	t.Parallel()
	known := index{
		messages: map[string]string{"m1@us": "T1", "m2@us": "T2"},
		tokens:   map[string]string{"k7": "T7"},
	}
	rows := []struct {
		name string
		in   InboundMessage
		idx  ThreadIndex
		want string
		by   LinkBasis
	}{
		{"in reply to beats references", InboundMessage{InReplyTo: []string{"m2@us"}, References: []string{"m1@us"}}, known, "T2", ByReference},
		{"the latest known reference", InboundMessage{References: []string{"m2@us", "m1@us", "x@y"}}, known, "T1", ByReference},
		{"a message is no answer to itself", InboundMessage{MessageID: "m1@us", References: []string{"m1@us"}}, known, "", StartsThread},
		{"references beat a token", InboundMessage{References: []string{"m1@us"}, Subject: "[#k7]"}, known, "T1", ByReference},
		{"token in the subject", InboundMessage{Subject: "Re: [EXT] [#k7] late"}, known, "T7", ByToken},
		{"token after a broken one", InboundMessage{Subject: "[#see [#k7] [#"}, known, "T7", ByToken},
		{"the last 200 references", InboundMessage{References: append([]string{"m1@us"}, make([]string, maxRefs)...)}, known, "", StartsThread},
		{"token in a plus address", InboundMessage{To: []string{`"Help, Desk" <help+k7@example.org>`}}, known, "T7", ByToken},
		{"token from the body", InboundMessage{Tokens: []string{"k7"}}, known, "T7", ByToken},
		{"unknown token", InboundMessage{Subject: "[#k8]"}, known, "", StartsThread},
		{"never the subject alone", InboundMessage{From: "a@b", Subject: "Re: Invoice"}, known, "", StartsThread},
		{"sure guess", InboundMessage{From: "a@b"}, guesser{known, 0.8}, "guessed", ByGuess},
		{"unsure guess", InboundMessage{From: "a@b"}, guesser{known, 0.79}, "", StartsThread},
		{"a guess that is no number", InboundMessage{From: "a@b"}, guesser{known, math.NaN()}, "", StartsThread},
		{"no guess without a sender", InboundMessage{Subject: "Invoice"}, guesser{known, 1}, "", StartsThread},
		{"token beats a guess", InboundMessage{From: "a@b", Tokens: []string{"k7"}}, guesser{known, 1}, "T7", ByToken},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := FindThread(row.in, row.idx, nil)
			require.Equal(t, row.want, got.Thread, got.Trace.String())
			require.Equal(t, row.by, got.Basis)
			require.NotEmpty(t, got.Trace)
		})
	}
	require.Equal(t, ByGuess, FindThread(InboundMessage{From: "a@b"}, guesser{known, 0.5}, &ThreadOptions{Sure: 0.5}).Basis)
}

func TestMessageIDs(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"a@b", "c@d"}, MessageIDs("<a@b>text <c@d><a@b> <> <x y> <unfinished"))
	require.Equal(t, []string{"c@d"}, MessageIDs("<a <c@d>"))
	many := ""
	for i := range maxRefs + 10 {
		many += fmt.Sprintf("<%d@x>", i)
	}
	ids := MessageIDs(many)
	require.Len(t, ids, maxRefs)
	require.Equal(t, "209@x", ids[maxRefs-1])
}

func TestReplyAfterResolution(t *testing.T) {
	t.Parallel()
	require.Equal(t, ReplyReopens, ReplyAfterResolution(day0, day0.Add(hour), hour), "the last instant is inside")
	require.Equal(t, ReplyFollowsUp, ReplyAfterResolution(day0, day0.Add(hour+1), hour))
	require.Equal(t, ReplyReopens, ReplyAfterResolution(day0, day0.Add(-hour), 0), "it crossed with the resolution")
	require.Equal(t, ReplyFollowsUp, ReplyAfterResolution(day0, day0.Add(1), -hour))
	var v ReplyVerdict
	require.NoError(t, v.UnmarshalText([]byte("follow-up")))
	require.Equal(t, ReplyFollowsUp, v)
}

// Invariant 33: the merge graph is a forest, and a naive walk agrees.
func TestMergeForest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var f MergeForest
		model := map[string]string{}
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
		for range rapid.IntRange(0, 12).Draw(t, "merges") {
			from, into := name.Draw(t, "from"), name.Draw(t, "into")
			_, before := model[from]
			circle := false
			for at, ok := into, true; ok; at, ok = model[at] {
				circle = circle || at == from
			}
			err := f.Merge(from, into)
			require.Equal(t, before || circle, err != nil, "%s into %s: %v", from, into, err)
			if err == nil {
				model[from] = into
			}
		}
		for _, start := range []string{"a", "b", "c", "d", "e", "f"} {
			at := start
			for next, ok := model[at]; ok; next, ok = model[at] {
				at = next
			}
			target, ok := f.Target(start)
			require.True(t, ok)
			require.Equal(t, at, target)
		}
	})
	var f MergeForest
	require.ErrorIs(t, f.Merge("", ""), ErrInvalid)
	require.ErrorIs(t, f.Merge("a", "a"), ErrInvalid)
	require.NoError(t, f.Merge("a", "b"))
	require.ErrorIs(t, f.Merge("a", "c"), ErrFinal)
	require.ErrorIs(t, f.Merge("b", "a"), ErrTransition)
}

func TestFinalTargetInCorruptData(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		into := rapid.SliceOfN(rapid.IntRange(-1, n-1), n, n).Draw(t, "into") // -1: not merged
		calls := 0
		next := func(id string) (string, bool) {
			calls++
			var i int
			_, err := fmt.Sscan(id, &i)
			require.NoError(t, err)
			return fmt.Sprint(into[i]), into[i] >= 0
		}
		at, seen := 0, map[int]bool{}
		for !seen[at] && into[at] >= 0 {
			seen[at] = true
			at = into[at]
		}
		target, ok := FinalTarget("0", next)
		require.Equal(t, into[at] < 0, ok)
		if ok {
			require.Equal(t, fmt.Sprint(at), target)
		}
		require.LessOrEqual(t, calls, 4*n+4)
	})
}

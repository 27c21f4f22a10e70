package match

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The dictionaries against maps: values come and go as single records are looked at.
func TestDictionaryModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		left, right := newDict(), newDict()
		both := newPairDict(left, right)
		type state struct{ left, right, both []string }
		var stack []state
		at := state{left: []string{""}, right: []string{""}, both: []string{""}}
		number := func(list *[]string, v string) uint32 {
			if v == "" {
				return 0
			}
			i := slices.Index(*list, v)
			if i < 0 {
				*list = append(slices.Clone(*list), v)
				i = len(*list) - 1
			}
			return uint32(i)
		}
		word := rapid.StringMatching(`[ab]{0,3}|[a-zé]{3,40}`)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				stack = append(stack, at)
			case 1:
				if n := len(stack); n > 0 {
					at, stack = stack[n-1], stack[:n-1]
					both.forget(len(at.both))
					left.forget(len(at.left))
					right.forget(len(at.right))
				}
			default:
				a, b := word.Draw(t, "a"), word.Draw(t, "b")
				i, j := left.intern(a), right.internBytes([]byte(b))
				require.Equal(t, number(&at.left, a), i)
				require.Equal(t, number(&at.right, b), j)
				pair := ""
				if a != "" && b != "" {
					pair = a + pairSign + b
				}
				require.Equal(t, number(&at.both, pair), both.pair(i, j))
				require.Equal(t, i, left.lend(a), "there already")
			}
			for _, d := range []struct {
				dict *dict
				want []string
			}{{left, at.left}, {right, at.right}, {both, at.both}} {
				require.Equal(t, len(d.want), d.dict.size())
				for id, v := range d.want {
					require.Equal(t, v, d.dict.val(uint32(id)))
					require.Equal(t, uint32(id), d.dict.find(v))
				}
			}
			require.Zero(t, left.find("zzz~"))
			require.Zero(t, both.find("zzz~"+pairSign+"zzz"))
		}
	})
}

// What is done without memory is what is done with it.
func TestNormalFastPath(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.StringMatching(`[ '.A-Ca-c0-9@/-]{0,12}`), rapid.StringMatching(`[0-9 +-]{0,16}`), rapid.String())
	roles := []Role{RolePlain, RoleBirth, RoleEmail, RolePhone, RoleStreet, RolePlace, RolePostcode, RoleAttribute, RoleStrongID}
	rapid.Check(t, func(t *rapid.T) {
		s, r := text.Draw(t, "s"), rapid.SampledFrom(roles).Draw(t, "role")
		b, ok := appendNormal([]byte("x")[:0], r, s)
		require.Equal(t, isASCII(s), ok)
		if ok {
			require.Equal(t, normal(r, s), string(b), "%s of %q", r, s)
			require.Equal(t, slowFold(s), string(appendFold(nil, s)), "%q", s)
		}
		require.Equal(t, slowFold(s), Fold(s))
		if folded := Fold(s); isASCII(folded) {
			require.Equal(t, folded, strings.TrimSpace(folded))
			if !longVowels(folded) {
				require.Equal(t, folded, shorten(folded))
			}
		}
	})
}

func TestSortedTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.OneOf(rapid.StringMatching(`customer-[ab]{0,12}`), rapid.StringMatching("[ab\x00]{0,10}"), rapid.String())).Draw(t, "texts")
		var got []string
		for _, at := range sortedTexts(texts) {
			got = append(got, texts[at])
		}
		want := slices.Clone(texts)
		slices.Sort(want)
		require.Equal(t, strings.Join(want, "|"), strings.Join(got, "|"))
	})
}

package loyalty

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Many goroutines may decide about one account while nobody folds into it, and a
// clone goes its own way beside its original.
func TestConcurrentReadersAndClones(t *testing.T) {
	t.Parallel()
	d := fullDesk(t)
	start := d.account("m")
	before := bytesOf(t, start)
	at := streamTime(7200) // past the end of a hold: every decision settles on a scratch copy
	var wg sync.WaitGroup
	clones := make([]*Account, 4)
	for i := range clones {
		clones[i] = start.Clone()
	}
	for i := range 8 {
		wg.Go(func() {
			for k := range 50 {
				_, err := Decide(d.p, start, Command{Key: "k", Account: "m", At: at, Do: Redeem{Points: 100}})
				if err != nil || len(Settle(d.p, start, at)) == 0 {
					t.Errorf("%v", err)
				}
				if i < len(clones) {
					c := Command{Key: fmt.Sprint(i, "/", k), Account: "m", At: at.Add(time.Duration(k) * time.Second), Do: Earn{Lines: []LinePoints{{"l", Points(i)}}}}
					dec, err := Decide(d.p, clones[i], c)
					if err != nil {
						t.Errorf("%v", err)
					}
					for e := range dec.Events {
						Evolve(clones[i], &dec.Events[e])
					}
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, string(before), string(bytesOf(t, start)))
	for i, c := range clones {
		require.Equal(t, start.Balance("points").Issued+Points(50*i), c.Balance("points").Issued)
	}
}

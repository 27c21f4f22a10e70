package main

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

func TestWeek(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	require.NoError(t, run(&first, 0))
	require.NoError(t, run(&second, 0))
	require.Equal(t, first.String(), second.String(), "the same week every time")
	golden.Equal(t, "testdata/week.txt", first.String())
}

// A real timer between the wake-ups changes nothing.
func TestWeekInRealTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waiting, hurrying bytes.Buffer
		began := time.Now()
		require.NoError(t, run(&waiting, 12*time.Hour))
		require.Greater(t, time.Since(began), 14*time.Second, "seven days at half a day a second")
		require.NoError(t, run(&hurrying, 0))
		require.Equal(t, hurrying.String(), waiting.String())
	})
}

type brokenPipe struct{}

var errPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestBrokenPipe(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, run(brokenPipe{}, 0), errPipe)
}

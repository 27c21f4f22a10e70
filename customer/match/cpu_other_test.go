//go:build !unix

package match_test

import "testing"

// cpuSeconds is not known here.
func cpuSeconds(testing.TB) float64 { return 0 }

// residentMB is not known here.
func residentMB(testing.TB) float64 { return 0 }

// Tenlines is the program that the README shows.
package main

import (
	"fmt"

	"github.com/rapport-go/rapport/metrics"
)

func main() {
	// A quarter that began with 2,161 active customers. Of the 2,560 at its end 722 were
	// new and 483 had come back after a pause; 806 of the first were lost.
	quarter := metrics.Base{Start: 2161, End: 2560, New: 722, Reactivated: 483, Lost: 806}
	if err := quarter.Check(); err != nil {
		fmt.Println(err) // every count that contradicts another, by name
	}
	printed, _ := quarter.Retention()                     // ((end - new) / start) * 100
	stayed, _ := quarter.ActiveRetention()                // those who were there and still are
	fmt.Println(printed, stayed.Hits, "of", stayed.Total) // 85.05% 1355 of 2161
}

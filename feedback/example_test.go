package feedback_test

import (
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/feedback"
)

func Example() {
	for _, cell := range []string{"9", "7", "0", "11", "-1", "8.5", "nine"} {
		answer, err := feedback.ParseNPS(cell)
		var refused *feedback.AnswerError
		if errors.As(err, &refused) {
			fmt.Println(cell, "refused:", refused.Code)
			continue
		}
		fmt.Println(answer, answer.Class())
	}
	// Output:
	// 9 promoter
	// 7 passive
	// 0 detractor
	// 11 refused: range
	// -1 refused: range
	// 8.5 refused: step
	// nine refused: type
}

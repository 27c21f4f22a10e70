module github.com/rapport-go/rapport/culture/internal/gen

go 1.25.0

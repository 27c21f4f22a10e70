module github.com/rapport-go/rapport/internal/bench

go 1.25.0

require (
	github.com/rapport-go/rapport v0.0.0
	github.com/rickar/cal/v2 v2.1.13
	github.com/stretchr/testify v1.12.1
	pgregory.net/rapid v1.3.0
)

require (
	github.com/shopspring/decimal v1.6.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/rapport-go/rapport => ../..

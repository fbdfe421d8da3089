package reports

var (
	SumUp    = sumUp
	FitSlope = fitSlope
)

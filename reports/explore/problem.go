package explore

import (
	"errors"
	"fmt"

	"bsnn/gpnorm"
	"bsnn/network"
)

// A Problem says what is wrong with a query, and where.
type Problem struct {
	Field   string `json:"field"`  // the setting; "" where none is to blame
	Column  int    `json:"column"` // of the function, counted in characters from 1; 0 where no single place is to blame
	Line    int    `json:"line"`   // of the description, from 1; 0 where none is to blame
	Message string `json:"message"`
}

// Error is the message with its place.
func (p *Problem) Error() string {
	switch {
	case p.Column > 0:
		return fmt.Sprintf("column %d: %s", p.Column, p.Message)
	case p.Line > 0:
		return fmt.Sprintf("line %d: %s", p.Line, p.Message)
	}
	return p.Message
}

// problemOf finds the place that an error speaks of.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	p = &Problem{Message: err.Error()}
	var (
		syntax   *gpnorm.SyntaxError
		coverage *gpnorm.CoverageError
		setting  *network.SettingError
	)
	switch {
	case errors.As(err, &syntax):
		p.Field, p.Column, p.Message = keyActivation, syntax.Column, syntax.Message
	case errors.As(err, &coverage):
		p.Field = keyActivation
	case errors.As(err, &setting):
		p.Field = setting.Setting
	}
	return p
}

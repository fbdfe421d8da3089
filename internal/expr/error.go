package expr

import "fmt"

// An Error says what is wrong with the text of an expression, and where.
type Error struct {
	Column  int    // of the offending character, counted in characters from 1; 0 when no single place is to blame
	Message string // one line

	// Variable is the unknown variable that the message is about, empty for
	// other messages.
	Variable string
}

// Error returns the message on one line, preceded by the column if there is one.
func (e *Error) Error() string {
	if e.Column == 0 {
		return e.Message
	}
	return fmt.Sprintf("column %d: %s", e.Column, e.Message)
}

func errorAt(column int, format string, args ...any) *Error {
	return &Error{Column: column, Message: fmt.Sprintf(format, args...)}
}

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScheduledParts(t *testing.T) {
	for _, c := range []struct {
		env      map[string]string
		known    bool
		part, of int
		wrong    string
	}{
		{map[string]string{"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "8"}, false, 3, 8, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "8"}, false, 1, 8, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "14", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_STEP": "5",
			"SLURM_ARRAY_TASK_COUNT": "3"}, false, 3, 3, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_COUNT": "1"}, true, 3, 0, ""},
		{map[string]string{"JOB_COMPLETION_INDEX": "0"}, false, 1, 0, ""},
		{map[string]string{"JOB_COMPLETION_INDEX": "7", "JOB_COMPLETIONS": "9"}, false, 8, 9, ""},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "x"}, true, 0, 0, `SLURM_ARRAY_TASK_ID is "x"`},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_STEP": "5"}, false, 0, 0, "in steps of 5"},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_STEP": "0"}, false, 0, 0, "in steps of 0"},
		{map[string]string{}, false, 0, 0, "neither"},
	} {
		part, of, err := scheduled(func(name string) string { return c.env[name] }, c.known)
		if c.wrong != "" {
			require.ErrorContains(t, err, c.wrong)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, [2]int{c.part, c.of}, [2]int{part, of}, "%v", c.env)
	}
}

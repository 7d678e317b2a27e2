using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Selection;

/// <summary>Which columns of a model's output the model makes; the others it passes on as they came.</summary>
internal static class MadeColumns
{
    /// <summary>Their names.</summary>
    /// <param name="input">The schema of what the model is given.</param>
    /// <param name="output">The schema of what it gives.</param>
    /// <param name="mapper">How it maps rows; null where it does not map row by row.</param>
    public static string[] Of(DataViewSchema input, DataViewSchema output, IRowToRowMapper? mapper) =>
    [
        .. output.Where(column => !column.IsHidden && !IsPassedOn(input, output, mapper, column)).Select(column => column.Name),
    ];

    private static bool IsPassedOn(DataViewSchema input, DataViewSchema output, IRowToRowMapper? mapper, DataViewSchema.Column column)
    {
        if (input.GetColumnOrNull(column.Name) is not { } given || !given.Type.Equals(column.Type))
            return false;
        // One that was replaced is still there, and hidden.
        if (given.Index < output.Count && output[given.Index] is { IsHidden: true } hidden && hidden.Name == column.Name)
            return false;
        return mapper is null || mapper.GetDependencies([column]).Select(needed => needed.Index).SequenceEqual([given.Index]);
    }
}

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>The exceptions of columns that are missing or of another type: ML.NET's wording, then what to do.</summary>
internal static class SchemaFaults
{
    /// <summary>What to do where a fitted transformer gets other columns than it was fitted with.</summary>
    public const string AsFitted = "give it the columns that it was fitted with, behind the same transforms";

    private const int MostNames = 10;

    /// <summary>A column is missing; the message suggests the nearest name, if there is one, and lists those that there are.</summary>
    public static Exception MissingColumn(
        this IExceptionContext context, string parameterName, string role, string columnName, DataViewSchema schema) =>
        context.MissingColumn(parameterName, role, columnName, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    /// <inheritdoc cref="MissingColumn(IExceptionContext, string, string, string, DataViewSchema)"/>
    public static Exception MissingColumn(
        this IExceptionContext context, string parameterName, string role, string columnName, SchemaShape schema) =>
        context.MissingColumn(parameterName, role, columnName, schema.Select(column => column.Name));

    /// <summary>A column is of another type.</summary>
    public static Exception WrongColumnType(
        this IExceptionContext context, string parameterName, string role, string columnName, string expected, string actual, string remedy) =>
        context.Process(new ArgumentOutOfRangeException(
            parameterName, $"Schema mismatch for {role} column '{columnName}': expected {expected}, got {actual}; {remedy}."));

    /// <inheritdoc cref="WrongColumnType(IExceptionContext, string, string, string, string, string, string)"/>
    public static Exception WrongColumnType(
        this IExceptionContext context, string parameterName, string role, DataViewSchema.Column actual, string expected, string remedy) =>
        context.WrongColumnType(parameterName, role, actual.Name, expected, SchemaShapes.TypeName(actual.Type), remedy);

    /// <summary>A column is of another type; the message says how to convert it.</summary>
    public static Exception WrongColumnType(
        this IExceptionContext context, string parameterName, string role, string expected, SchemaShape.Column actual,
        params SchemaShape.Column[] wanted) =>
        context.WrongColumnType(parameterName, role, actual.Name, expected, SchemaShapes.TypeName(actual), ColumnRemedy.Of(role, wanted, actual));

    /// <summary>The columns do not fit in another way, as <paramref name="message"/> says.</summary>
    public static Exception UnfitColumns(this IExceptionContext context, string parameterName, string message) =>
        context.Process(new ArgumentOutOfRangeException(parameterName, message));

    /// <summary>The name that <paramref name="name"/> was meant to be; null if none is like it.</summary>
    public static string? Nearest(string name, IEnumerable<string> names)
    {
        (string Name, int Distance)[] byDistance =
        [
            .. names.Select(other => (other, Distance(name.ToUpperInvariant(), other.ToUpperInvariant()))).OrderBy(pair => pair.Item2),
        ];
        int most = name.Length <= 2 ? 0 : Math.Max(1, name.Length / 3); // of one or two letters, one is another name
        return byDistance.Length > 0 && byDistance[0].Distance <= most ? byDistance[0].Name : null;
    }

    private static Exception MissingColumn(
        this IExceptionContext context, string parameterName, string role, string columnName, IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct()];
        string remedy = Nearest(columnName, all) is { } nearest ? $"did you mean '{nearest}'?"
            : all.Length == 0 ? "there are no columns."
            : $"name one of {string.Join(", ", all.Take(MostNames).Select(name => $"'{name}'"))}"
                + (all.Length > MostNames ? string.Create(CultureInfo.InvariantCulture, $" and {all.Length - MostNames} more.") : ".");
        return context.Process(new ArgumentOutOfRangeException(parameterName, $"Could not find {role} column '{columnName}'; {remedy}"));
    }

    // Letters to add, to leave out, to replace and neighbours to exchange (optimal string alignment).
    private static int Distance(string first, string second)
    {
        var distances = new int[first.Length + 1, second.Length + 1]; // of the first i letters and the first j
        for (int i = 0; i <= first.Length; i++)
            distances[i, 0] = i;
        for (int j = 0; j <= second.Length; j++)
            distances[0, j] = j;
        for (int i = 1; i <= first.Length; i++)
        {
            for (int j = 1; j <= second.Length; j++)
            {
                int replaced = distances[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                int distance = Math.Min(replaced, 1 + Math.Min(distances[i - 1, j], distances[i, j - 1]));
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    distance = Math.Min(distance, distances[i - 2, j - 2] + 1);
                distances[i, j] = distance;
            }
        }

        return distances[first.Length, second.Length];
    }
}

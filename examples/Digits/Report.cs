using Microsoft.ML.Data;
using Spectre.Console;

namespace Digits;

/// <summary>Shows which digits were taken for which.</summary>
internal static class Report
{
    /// <summary>Writes the confusion matrix, with precision, recall and F1 of each digit.</summary>
    /// <param name="confusion">Counts: a row for each digit, a column for what it was taken for.</param>
    /// <param name="macroF1">The mean of the F1 of all digits, each counting alike.</param>
    public static void Write(ConfusionMatrix confusion, out double macroF1)
    {
        Table table = new Table().Title("Confusion matrix: rows are true, columns predicted").AddColumn("");
        for (int digit = 0; digit < confusion.NumberOfClasses; digit++)
            table.AddColumn(new TableColumn($"{digit}").RightAligned());
        table.AddColumn("recall").AddColumn("prec.").AddColumn("F1");

        macroF1 = 0;
        for (int digit = 0; digit < confusion.NumberOfClasses; digit++)
        {
            double recall = confusion.PerClassRecall[digit], precision = confusion.PerClassPrecision[digit];
            double f1 = recall + precision == 0 ? 0 : 2 * recall * precision / (recall + precision);
            macroF1 += f1 / confusion.NumberOfClasses;
            IEnumerable<string> counts = Enumerable.Range(0, confusion.NumberOfClasses).Select(other => Cell(digit, other));
            table.AddRow([$"{digit}", .. counts, $"{recall:0.000}", $"{precision:0.000}", $"{f1:0.000}"]);
        }

        AnsiConsole.Write(table);

        string Cell(int digit, int other)
        {
            double count = confusion.Counts[digit][other];
            return count == 0 ? "" : digit == other ? $"[green]{count}[/]" : $"[red]{count}[/]";
        }
    }
}

namespace MLNet.DeepExt.Selection;

/// <summary>
/// Writes a table that fits a width. Where it is too wide, names of columns are written in several lines, then the remarks at the end of the
/// rows are; and where the other columns alone are too wide, they follow in further blocks, each beginning with the first column.
/// </summary>
internal static class FittedTable
{
    private const string Gap = "  ";
    private const string Indent = "    ";
    private const int LeastRemark = 24;

    /// <summary>Writes it.</summary>
    /// <param name="columns">The columns, the first of which says what a row is about.</param>
    /// <param name="remarks">The column that may be long; its rows are as many as those of the others.</param>
    /// <param name="width">How wide lines may be.</param>
    public static IEnumerable<string> Write(IReadOnlyList<TableColumn> columns, TableColumn remarks, int width)
    {
        bool hasRemarks = remarks.Name.Length > 0 || remarks.Cells.Any(cell => cell.Length > 0);
        int remarkWidth = hasRemarks ? remarks.Width : 0;
        int needed = hasRemarks ? Gap.Length + Math.Min(remarkWidth, LeastRemark) : 0;
        int[] widths = [.. columns.Select(column => column.Width)];
        if (Total(widths) + (hasRemarks ? Gap.Length + remarkWidth : 0) > width)
            widths = [.. columns.Select(column => column.LeastWidth)];
        if (Total(widths) + needed <= width)
        {
            TableColumn[] all = hasRemarks ? [.. columns, remarks] : [.. columns];
            int left = width - Total(widths) - Gap.Length;
            return Block(all, hasRemarks ? [.. widths, Math.Min(remarkWidth, left)] : widths);
        }

        return InBlocks(columns, widths, remarks, width);
    }

    private static IEnumerable<string> InBlocks(IReadOnlyList<TableColumn> columns, int[] widths, TableColumn remarks, int width)
    {
        for (int next = 1; next < columns.Count || next == 1;)
        {
            if (next > 1)
                yield return "";
            List<int> block = [0];
            while (next < columns.Count && (block.Count == 1 || Total([.. block.Append(next).Select(place => widths[place])]) <= width))
                block.Add(next++);
            if (columns.Count == 1)
                next++;
            foreach (string line in Block([.. block.Select(place => columns[place])], [.. block.Select(place => widths[place])]))
                yield return line;
        }

        if (remarks.Cells.Any(cell => cell.Length > 0))
            yield return "";
        for (int row = 0; row < remarks.Cells.Count; row++)
        {
            if (remarks.Cells[row].Length == 0)
                continue;
            IReadOnlyList<string> lines = TextWidth.Wrap($"{columns[0].Name} {columns[0].Cells[row]}: {remarks.Cells[row]}", width - Indent.Length);
            for (int i = 0; i < lines.Count; i++)
                yield return i == 0 ? lines[i] : Indent + lines[i];
        }
    }

    private static IEnumerable<string> Block(TableColumn[] columns, int[] widths)
    {
        foreach (string line in Row([.. columns.Select(column => column.Name)], columns, widths, isName: true))
            yield return line;
        for (int row = 0; row < columns[0].Cells.Count; row++)
        {
            foreach (string line in Row([.. columns.Select(column => column.Cells[row])], columns, widths, isName: false))
                yield return line;
        }
    }

    // The last lines of names stand in one line, above the cells, and the first lines of cells in one.
    private static IEnumerable<string> Row(string[] texts, TableColumn[] columns, int[] widths, bool isName)
    {
        IReadOnlyList<string>[] lines = [.. texts.Select((text, column) => TextWidth.Wrap(text, widths[column]))];
        int most = lines.Max(cell => cell.Count);
        for (int i = 0; i < most; i++)
        {
            IEnumerable<string> cells = lines.Select((cell, column) =>
            {
                int place = isName ? i - most + cell.Count : i;
                string text = place >= 0 && place < cell.Count ? cell[place] : "";
                // Words to the left, numbers to the right.
                return columns[column].IsText ? TextWidth.PadRight(text, widths[column]) : TextWidth.PadLeft(text, widths[column]);
            });
            yield return string.Join(Gap, cells).TrimEnd();
        }
    }

    private static int Total(int[] widths) => widths.Sum() + Gap.Length * (widths.Length - 1);
}

using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

[Trait("Spec", "C3")]
public sealed class FittedTableTests
{
    private static readonly TableColumn[] Columns =
    [
        new("trial", ["1", "22"]),
        new("state", ["finished", "failed"], IsText: true),
        new("latency ms", ["0.5", "12"]),
    ];

    private static readonly TableColumn Remarks = new("", ["", "it broke because of a long reason that has many words"], IsText: true);

    [Theory]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public void A_table_that_fits_has_one_line_for_each_row(string culture)
    {
        using var scope = new CultureScope(culture);
        Assert.Equal(
            [
                "trial  state     latency ms",
                "    1  finished         0.5",
                "   22  failed            12  it broke because of a long reason that has many words",
            ],
            FittedTable.Write(Columns, Remarks, 82));
    }

    [Fact]
    public void Names_and_remarks_are_wrapped_where_it_does_not() => Assert.Equal(
        [
            "                 latency",
            "trial  state          ms",
            "    1  finished      0.5",
            "   22  failed         12  it broke because of a long",
            "                          reason that has many words",
        ],
        FittedTable.Write(Columns, Remarks, 54));

    [Fact]
    public void Columns_that_do_not_fit_follow_below_with_the_first_one_again() => Assert.Equal(
        [
            "trial  state",
            "    1  finished",
            "   22  failed",
            "",
            "       latency",
            "trial       ms",
            "    1      0.5",
            "   22       12",
            "",
            "trial 22: it broke",
            "    because of a long",
            "    reason that has",
            "    many words",
        ],
        FittedTable.Write(Columns, Remarks, 22));

    [Fact]
    public void Wide_characters_are_in_line_with_others()
    {
        TableColumn[] columns = [new("city", ["東京", "Rome"], IsText: true), new("n", ["1", "2"])];
        Assert.Equal(["city  n", "東京  1", "Rome  2"], FittedTable.Write(columns, new TableColumn("", ["", ""]), 80));
    }

    [Fact]
    public void No_line_is_wider_than_there_is_room()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            int width = random.Next(30, 130);
            TableColumn[] columns = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Column(1, 12))];
            TableColumn remarks = Column(0, 200);
            string[] lines = [.. FittedTable.Write(columns, remarks, width)];
            Assert.All(lines, line => Assert.InRange(TextWidth.Of(line), 0, width));
            string text = string.Concat(lines.SelectMany(line => line).Where(char.IsLetter));
            Assert.True(text.Length >= columns.Append(remarks).SelectMany(column => column.Cells).Sum(cell => cell.Count(char.IsLetter)));
        }

        TableColumn Column(int least, int most) => new(Word(1, 12), [Word(least, most), Word(least, most)], random.Next(2) == 0);
        string Word(int least, int most) => string.Concat(Enumerable.Range(0, random.Next(least, most))
            .Select(_ => random.Next(6) == 0 ? " " : random.Next(9) == 0 ? "京" : "x")).Trim();
    }
}

using MLNet.DeepExt.Transforms.Tabular;

namespace MLNet.DeepExt.Tests.Transforms.Tabular;

public sealed class PlaceholderDatesTests
{
    private static readonly DateOnly[] Orders = [.. Enumerable.Range(0, 20).Select(i => new DateOnly(2015, 3, 2).AddDays(30 * i))];

    [Theory]
    [InlineData("2010-01-01", "2024-06-01")]
    [InlineData("1900-01-01", "1950-01-01", "1980-05-05")]
    [InlineData("1900-01-01", "2024-06-01", "2024-06-02", "2024-06-03", "2999-12-31")]
    public void Of_few_dates_none_is_a_placeholder(params string[] dates) =>
        Assert.Equal(TickRange.Dates, RangeOf(dates.Select(date => DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void Twenty_others_make_a_placeholder_and_nineteen_do_not()
    {
        var first = new DateOnly(1900, 1, 1);
        Assert.Equal(new TickRange(first.AddDays(1).ToDateTime(default).Ticks, TickRange.Dates.Last), RangeOf([first, .. Orders]));
        Assert.Equal(TickRange.Dates, RangeOf([first, .. Orders.Take(19)]));
    }

    [Fact]
    public void Several_on_both_sides_are_found()
    {
        TickRange range = RangeOf([new(1900, 1, 1), .. Orders, new(2999, 12, 31)]);
        Assert.Equal((new DateTime(1900, 1, 2).Ticks, new DateTime(2999, 12, 31).Ticks - 1), (range.First, range.Last));
    }

    [Fact]
    public void A_date_that_is_no_farther_off_than_the_others_from_one_another_is_one() =>
        Assert.Equal(TickRange.Dates, RangeOf([new(1900, 1, 1), .. Enumerable.Range(0, 60).Select(i => new DateOnly(1920 + i, 7, 4))]));

    [Fact]
    public void A_column_of_years_has_none() =>
        Assert.Equal(TickRange.Dates, RangeOf([new(1900, 1, 1), .. Enumerable.Range(0, 30).Select(i => new DateOnly(1990 + i, 1, 1))]));

    private static TickRange RangeOf(IEnumerable<DateOnly> dates) => PlaceholderDates.RangeOf(dates.Select(date => date.DayNumber));
}

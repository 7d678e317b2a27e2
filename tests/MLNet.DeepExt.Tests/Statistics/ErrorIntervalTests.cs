using MLNet.DeepExt.Statistics;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Statistics;

/// <summary>Intervals of error rates are those of statsmodels and of the textbooks.</summary>
[Trait("Spec", "B5")]
public sealed class ErrorIntervalTests
{
    [Fact]
    public void Intervals_are_those_of_statsmodels()
    {
        double[][] lines = StatisticsReference.Load().Intervals;
        for (int i = 0; i < lines.Length; i++)
        {
            (long errors, long rows, double confidence) = ((long)lines[i][0], (long)lines[i][1], lines[i][2]);
            ErrorInterval interval = i < lines.Length / 2
                ? ErrorInterval.Wilson(errors, rows, confidence)
                : ErrorInterval.ClopperPearson(errors, rows, confidence);
            // The exact interval has no lower bound at no errors; statsmodels has NaN or 0 there.
            Assert.Equal(double.IsNaN(lines[i][3]) ? 0 : lines[i][3], interval.Lower, 11);
            Assert.Equal(double.IsNaN(lines[i][4]) ? 1 : lines[i][4], interval.Upper, 11);
            Assert.Equal((double)errors / rows, interval.Error);
            Assert.Equal(confidence, interval.Confidence);
        }
    }

    [Fact]
    public void No_error_in_n_rows_bounds_the_rate_by_about_three_in_n()
    {
        // The rule of three: 1 - 0.05^(1/n) for one side, here with confidence 90 % for two.
        ErrorInterval interval = ErrorInterval.ClopperPearson(0, 1000, 0.9);
        Assert.Equal(0, interval.Lower);
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 1000), interval.Upper, 12);
        Assert.InRange(interval.Upper, 0.0029, 0.003);
    }

    [Fact]
    public void Exact_intervals_hold_every_rate_as_often_as_they_promise_and_the_others_on_the_average()
    {
        const int Rows = 60;
        double exactSum = 0, wilsonSum = 0;
        for (int percent = 1; percent < 100; percent++)
        {
            double rate = percent / 100.0, chance = Math.Pow(1 - rate, Rows), exact = 0, wilson = 0; // chance of so many errors
            for (int errors = 0; errors <= Rows; errors++)
            {
                exact += Holds(ErrorInterval.ClopperPearson(errors, Rows)) ? chance : 0;
                wilson += Holds(ErrorInterval.Wilson(errors, Rows)) ? chance : 0;
                chance *= (Rows - errors) / (errors + 1.0) * rate / (1 - rate);
            }

            Assert.InRange(exact, 0.95, 1 + 1e-12);
            exactSum += exact;
            wilsonSum += wilson;

            bool Holds(ErrorInterval interval) => interval.Lower <= rate && rate <= interval.Upper;
        }

        Assert.InRange(wilsonSum / 99, 0.945, 0.96);
        Assert.True(exactSum > wilsonSum);
    }

    [Fact]
    public void It_is_written_as_percents_in_every_culture()
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal("2.00 % (1.3476 % to 2.9587 %, confidence 95 %)", ErrorInterval.Wilson(24, 1200).ToString());
    }

    [Theory]
    [InlineData(0, 0, 0.95, "rows must be at least 1 but is 0; an error rate is measured on some. (Parameter 'rows')")]
    [InlineData(-1, 5, 0.95, "errors must be from 0 to rows, 5, but is -1; count the wrong ones among them. (Parameter 'errors')")]
    [InlineData(6, 5, 0.95, "errors must be from 0 to rows, 5, but is 6; count the wrong ones among them. (Parameter 'errors')")]
    [InlineData(1, 5, 1.0, "confidence must be in (0, 1) but is 1; 0.95 is the usual one. (Parameter 'confidence')")]
    [InlineData(1, 5, double.NaN, "confidence must be in (0, 1) but is NaN; 0.95 is the usual one. (Parameter 'confidence')")]
    public void Impossible_values_are_refused(long errors, long rows, double confidence, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => ErrorInterval.Wilson(errors, rows, confidence)).Message);
        Assert.Equal(
            message, Assert.Throws<ArgumentOutOfRangeException>(() => ErrorInterval.ClopperPearson(errors, rows, confidence)).Message);
    }
}

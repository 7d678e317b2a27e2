using MLNet.DeepExt.Statistics;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Statistics;

/// <summary>Sizes are those of statsmodels and of the textbooks, and do what they promise.</summary>
[Trait("Spec", "B5")]
public sealed class SetSizeTests
{
    [Fact]
    public void Sizes_are_those_of_statsmodels()
    {
        foreach (double[] line in StatisticsReference.Load().Sizes)
            Assert.Equal((long)Math.Ceiling(line[4]), SetSize.ToDistinguish(line[0], line[1], line[2], line[3]));
    }

    [Fact]
    public void Two_percent_and_two_and_a_half_take_13809_rows()
    {
        Assert.Equal(13_809, SetSize.ToDistinguish(0.02, 0.025));
        Assert.Equal(13_809, SetSize.ToDistinguish(0.025, 0.02));
    }

    [Fact]
    public void The_example_of_power_prop_test_in_R_comes_out()
    {
        // power.prop.test(p1 = .50, p2 = .75, power = .90): n = 76.7.
        Assert.Equal(77, SetSize.ToDistinguish(0.50, 0.75, power: 0.9));
    }

    [Fact]
    public void Where_models_fail_on_the_same_rows_fewer_are_needed()
    {
        long apart = SetSize.ToDistinguish(0.02, 0.025);
        Assert.Equal(4_707, SetSize.ToDistinguishOnSameRows(0.02, 0.025, disagreement: 0.015));
        // What two models that know nothing of one another disagree in: a(1 - b) + b(1 - a).
        Assert.InRange(SetSize.ToDistinguishOnSameRows(0.02, 0.025, 0.02 * 0.975 + 0.025 * 0.98), 0.99 * apart, 1.01 * apart);
    }

    [Fact]
    public void So_many_rows_find_the_difference_as_often_as_they_promise()
    {
        // McNemar's test on rows drawn at random: 30 % and 36 %, 20 % of the rows in dispute.
        const double OnlyB = 0.13, OnlyA = 0.07;
        long rows = SetSize.ToDistinguishOnSameRows(0.30, 0.36, OnlyA + OnlyB);
        var random = new Random(8);
        int found = 0;
        const int Trials = 2000;
        for (int trial = 0; trial < Trials; trial++)
        {
            int a = 0, b = 0;
            for (long row = 0; row < rows; row++)
            {
                double place = random.NextDouble();
                a += place < OnlyA ? 1 : 0;
                b += place >= OnlyA && place < OnlyA + OnlyB ? 1 : 0;
            }

            found += Math.Abs(a - b) / Math.Sqrt(a + b) > 1.959963984540054 ? 1 : 0;
        }

        Assert.InRange(found / (double)Trials, 0.77, 0.83);
    }

    [Theory]
    [InlineData(-0.1, 0.2, 0.95, 0.8, "errorA must be in [0, 1] but is -0.1; 2 % is 0.02. (Parameter 'errorA')")]
    [InlineData(0.1, 2.5, 0.95, 0.8, "errorB must be in [0, 1] but is 2.5; 2 % is 0.02. (Parameter 'errorB')")]
    [InlineData(0.1, 0.2, 0, 0.8, "confidence must be in (0, 1) but is 0; 0.95 is the usual one. (Parameter 'confidence')")]
    [InlineData(
        0.1, 0.2, 0.95, 1,
        "power must be above 0.05, which chance alone has, and below 1 but is 1; 0.8 is the usual one. (Parameter 'power')")]
    [InlineData(
        0.1, 0.2, 0.95, 0.05,
        "power must be above 0.05, which chance alone has, and below 1 but is 0.05; 0.8 is the usual one. (Parameter 'power')")]
    [InlineData(
        0.1, 0.1, 0.95, 0.8,
        "errorA and errorB are both 0.1, which no number of rows tells apart; " +
        "choose rates that differ by what matters to you. (Parameter 'errorB')")]
    public void Impossible_values_are_refused_in_every_culture(double a, double b, double confidence, double power, string message)
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => SetSize.ToDistinguish(a, b, confidence, power)).Message);
        Assert.Equal(
            message,
            Assert.Throws<ArgumentOutOfRangeException>(() => SetSize.ToDistinguishOnSameRows(a, b, 0.1, confidence, power)).Message);
    }

    [Theory]
    [InlineData(0.004)]
    [InlineData(0.05)]
    [InlineData(double.NaN)]
    public void Models_cannot_disagree_more_or_less_than_their_errors_allow(double disagreement)
    {
        Assert.Equal(
            FormattableString.Invariant(
                $"disagreement must be from 0.005 to 0.045 with these rates but is {disagreement}; count rows that one alone has wrong. ")
                + "(Parameter 'disagreement')",
            Assert.Throws<ArgumentOutOfRangeException>(() => SetSize.ToDistinguishOnSameRows(0.02, 0.025, disagreement)).Message);
    }

    [Fact]
    public void Rates_too_close_for_any_number_of_rows_are_refused()
    {
        Assert.Equal(
            "The error rates are so close that no number of rows tells them apart; choose rates that differ by what matters to you.",
            Assert.Throws<ArgumentOutOfRangeException>(() => SetSize.ToDistinguish(0.3, 0.3 + 1e-15)).Message);
    }
}

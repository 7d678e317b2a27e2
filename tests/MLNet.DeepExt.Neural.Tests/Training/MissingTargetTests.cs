using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Targets of which some, or all, values are missing or infinite, of every loss that compares numbers, in memory and as streams.</summary>
[Trait("Spec", "A15")]
public sealed class MissingTargetTests
{
    private const int Targets = 3, Rows = 40;

    public static TheoryData<string, bool> Losses
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (string loss in new[] { "SquaredError", "Quantile", "BinaryCrossEntropy" })
            {
                cases.Add(loss, false);
                cases.Add(loss, true);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Losses))]
    public void Missing_values_are_counted_for_each_target_in_a_warning(string loss, bool streams)
    {
        // Of target 0 every tenth, of target 2 every fourth; rows of weight 0 do not count.
        LabeledRows training = Create(Rows, (row, target) => (target == 0 && row % 10 == 3) || (target == 2 && row % 4 == 1), skipped: 3);
        LabeledRows validation = Create(10, (row, target) => target == 2 && row < 2);
        Assert.Equal(
            [
                "Missing in the 39 training rows: target 2 in 10, target 0 in 3; training ignores missing values.",
                "Missing in the 10 validation rows: target 2 in 2; a missing value is not measured.",
            ],
            Train(loss, streams, training, validation).History.Warnings);
        Assert.Empty(Train(loss, streams, Create(Rows, (_, _) => false), Create(10, (_, _) => false)).History.Warnings);
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_target_without_any_value_is_an_error_that_names_it(string loss, bool streams)
    {
        LabeledRows one = Create(Rows, (_, target) => target == 1), two = Create(Rows, (_, target) => target != 1);
        Assert.Equal(
            "None of the 40 training rows has a value of target 1; remove the target, or give rows that have it.", MessageOf(one));
        Assert.Equal(
            "None of the 40 training rows has a value of target 0 or of target 2; remove the target, or give rows that have it.", MessageOf(two));
        Assert.Equal(
            "None of the 40 training rows has a value of the height; remove the target, or give rows that have it.",
            MessageOf(one, ["the age", "the height", "the weight"]));

        string MessageOf(LabeledRows rows, string[]? names = null) => Assert.Throws<InvalidOperationException>(
            () => Train(loss, streams, rows, Create(10, (_, _) => false), names)).Message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_target_whose_values_are_all_set_aside_for_validation_is_an_error(bool streams)
    {
        // One row has it; in one of these trainings it is among those that are set aside.
        var messages = new List<string>();
        for (int row = 0; row < Rows; row++)
        {
            LabeledRows rows = Create(Rows, (at, target) => target == 1 && at != row);
            try
            {
                Train("SquaredError", streams, rows, validation: null);
            }
            catch (InvalidOperationException exception)
            {
                messages.Add(exception.Message);
            }
        }

        Assert.Equal(
            Enumerable.Repeat("None of the 36 training rows has a value of target 1; remove the target, or give rows that have it.", 4), messages);
    }

    [Theory, MemberData(nameof(Losses))]
    public void An_infinite_value_is_an_error_in_training_and_in_validation(string loss, bool streams)
    {
        LabeledRows whole = Create(Rows, (_, _) => false), infinite = Create(Rows, (_, _) => false);
        ((ValueRows)infinite.Targets).Values[5 * Targets + 1] = float.NegativeInfinity;
        string remedy = loss == "BinaryCrossEntropy"
            ? "it must be in [0, 1], 0 for negative and 1 for positive, or NaN if it is missing"
            : "it must be finite, or NaN if it is missing";
        string kind = streams ? "stream" : "rows";
        Assert.Equal($"Row 5 of the training {kind} has the target -Infinity; {remedy}.", MessageOf(infinite, whole));
        Assert.Equal($"Row 5 of the validation {kind} has the target -Infinity; {remedy}.", MessageOf(whole, infinite));

        string MessageOf(LabeledRows training, LabeledRows validation)
        {
            Exception error = Assert.ThrowsAny<Exception>(() => Train(loss, streams, training, validation));
            return error is ArgumentException argument ? argument.WithoutParameter() : error.Message;
        }
    }

    [Fact]
    public void The_ten_targets_that_most_rows_lack_are_named_and_the_others_counted()
    {
        var missing = new MissingTargets(100, [.. Enumerable.Range(0, 13).Select(target => target)]);
        Assert.Equal(
            "Missing in the 100 rows: target 12 in 12, target 11 in 11, target 10 in 10, target 9 in 9, target 8 in 8, target 7 in 7, "
                + "target 6 in 6, target 5 in 5, target 4 in 4, target 3 in 3, 2 more; so it is.",
            missing.Warning("rows", "so it is", names: null));
    }

    [Fact]
    public void Names_of_targets_must_be_as_many_as_targets()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Train("SquaredError", streams: false, Create(Rows, (_, _) => false), validation: null, ["one"]));
        Assert.Equal("TargetNames has 1 names but rows have 3 targets; give a name for each, or null.", error.WithoutParameter());
    }

    private static LabeledRows Create(int count, Func<int, int, bool> isMissing, int? skipped = null)
    {
        var random = new Random(count);
        float[] features = [.. Enumerable.Range(0, count * 2).Select(_ => random.NextSingle())];
        float[] targets = [.. Enumerable.Range(0, count * Targets)
            .Select(place => isMissing(place / Targets, place % Targets) ? float.NaN : random.Next(2))];
        float[]? weights = skipped is null ? null : [.. Enumerable.Range(0, count).Select(row => row == skipped ? 0f : 1f)];
        return new LabeledRows(new DenseRows(2, features), Targets, targets, weights);
    }

    private static TrainingResult Train(string loss, bool streams, LabeledRows training, LabeledRows? validation, string[]? names = null)
    {
        Loss minimized = loss switch
        {
            "SquaredError" => new SquaredError(),
            "Quantile" => new Quantile { Quantiles = [0.1, 0.9] },
            _ => new BinaryCrossEntropy(),
        };
        var options = new TrainingOptions { MaximumEpochs = 1, TargetNames = names };
        var trainer = new Trainer(NetworkSpec.Input(2).Dense(loss == "Quantile" ? 2 * Targets : Targets), minimized, options);
        return streams
            ? trainer.Train(new RowsStream(training), validation is null ? null : new RowsStream(validation))
            : trainer.Train(training, validation);
    }
}

using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class LossTests
{
    private static readonly SoftmaxCrossEntropy Softmax = new();

    private readonly DenseBlock<float> _logits = new(4, 3);
    private readonly DenseBlock<float> _gradient = new(4, 3);
    private readonly Target<float> _target = Target<float>.OfClasses(4);

    [Fact]
    public void Lines_that_are_no_whole_number_for_each_row_are_refused()
    {
        const string Remedy = "there must be one for each row, or the same number for each: set Rows to the rows in use. (Parameter 'target')";
        _target.Rows = 3;
        Assert.Equal("There are 4 lines of logits for 3 rows; " + Remedy, Message("target", () => Softmax.Cost(_logits, _target)));
        _target.Rows = 4;
        _logits.Rows = 2;
        Assert.Equal("There are 2 lines of logits for 4 rows; " + Remedy, Message("target", () => Softmax.Cost(_logits, _target)));
    }

    [Fact]
    public void Targets_of_another_form_are_refused()
    {
        Assert.Equal(
            "The target has 2 values per row but the network has 3 outputs; give a probability for each class. (Parameter 'target')",
            Message("target", () => Softmax.Cost(_logits, Target<float>.OfValues(4, 2))));
        Assert.Equal(
            "The target is classes but SquaredError compares numbers; give numbers as the target, or use SoftmaxCrossEntropy. "
            + "(Parameter 'target')",
            Message("target", () => new SquaredError().Cost(_logits, _target)));
    }

    [Fact]
    public void Spans_and_blocks_of_another_size_are_refused()
    {
        Assert.Equal(
            "There are 3 weights for 4 rows; give one for each row, or none. (Parameter 'weights')",
            Message("weights", () => Softmax.Cost(_logits, _target, [1, 1, 1])));
        Assert.Equal(
            "There are 3 weights for 4 rows; give one for each row, or none. (Parameter 'weights')",
            Message("weights", () => Softmax.CostAndGradient(_logits, _target, [1, 1, 1], 3, new double[4], _gradient, 0, 4)));
        Assert.Equal(
            "The weights of the 4 rows sum to 0; give at least one row a weight above 0. (Parameter 'weights')",
            Message("weights", () => Softmax.Cost(_logits, _target, new float[4])));
        Assert.Equal(
            "There is room for 3 costs but there are 4 rows; give one for each. (Parameter 'costs')",
            Message("costs", () => Softmax.Cost(_logits, _target, new double[3], 0, 4)));
        Assert.Equal(
            "The gradient must be another block than the logits, of 4 rows of 3 numbers, but has 4 of 2. (Parameter 'gradient')",
            Message("gradient", () => Softmax.CostAndGradient(_logits, _target, new DenseBlock<float>(4, 2))));
        Assert.Equal(
            "The gradient must be another block than the logits, of 4 rows of 3 numbers, but has 4 of 3. (Parameter 'gradient')",
            Message("gradient", () => Softmax.CostAndGradient(_logits, _target, _logits)));
        Assert.Equal(
            "The logits are 4 rows of 3 numbers but the outputs 3 of 3; they must be equal. (Parameter 'outputs')",
            Message("outputs", () => Softmax.Activate(_logits, new DenseBlock<float>(3, 3))));
        Assert.Equal(
            "The means must be another block than the logits, of the same width, but have 3 numbers to a row where the logits have 3. "
            + "(Parameter 'means')",
            Message("means", () => Softmax.MeanOfMembers(_logits, _logits, 0, 4)));
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(3, 2)]
    [InlineData(0, 5)]
    public void Rows_that_there_are_not_are_refused(int from, int to)
    {
        string message = $"Rows [{from}, {to}) were requested but there are 4; give a range within [0, 4). (Parameter 'to')";
        Assert.Equal(message, Outside(() => Softmax.Cost(_logits, _target, new double[5], from, to)));
        Assert.Equal(message, Outside(() => Softmax.CostAndGradient(_logits, _target, [], 4, new double[5], _gradient, from, to)));
        Assert.Equal(message, Outside(() => Softmax.MeanOfMembers(_logits, new DenseBlock<float>(4, 3), from, to)));
    }

    [Fact]
    public void Targets_beyond_the_rows_in_use_are_not_looked_at()
    {
        _target.Classes[3] = 7;
        Assert.Equal(
            "The target has class 7 but the network has 3 outputs; it needs one for each class, counted from 0. (Parameter 'target')",
            Message("target", () => Softmax.Validate(3, _target)));
        _target.Rows = 3;
        Softmax.Validate(3, _target);
    }

    [Fact]
    public void A_custom_loss_needs_no_more_than_its_cost_its_gradient_and_its_output()
    {
        var loss = new LogCosh();
        Target<double> target = Target<double>.OfValues(2, 2);
        var logits = new DenseBlock<double>(4, 2); // two lines for each row
        logits.Row(1)[0] = 1;
        logits.Row(2)[1] = -2;
        var gradient = new DenseBlock<double>(4, 2);
        gradient.PaddedRow(1).Fill(9);
        Assert.Equal((Math.Log(Math.Cosh(1)) + Math.Log(Math.Cosh(2))) / 8, loss.CostAndGradient(logits, target, gradient), 1e-12);
        Assert.Equal(Math.Tanh(1) / 8, gradient.Row(1)[0], 1e-15);
        Assert.Equal(Math.Tanh(-2) / 8, gradient.Row(2)[1], 1e-15);
        Assert.All(gradient.PaddedRow(1)[2..].ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(
            "The loss LogCosh has no ONNX operators, so a model with it cannot be exported; "
            + "override Emit in it.",
            Assert.Throws<NotSupportedException>(() => loss.Emit(null!, "z", 2)).Message);
    }

    [Fact]
    public void Lines_have_either_classes_or_numbers()
    {
        Assert.Equal(
            "The target is classes; use ClassOf.",
            Assert.Throws<InvalidOperationException>(() => new LogCosh { TakesClasses = true }.Cost(_logits, _target)).Message);
    }

    private static string Message(string parameter, Action refused) => Assert.Throws<ArgumentException>(parameter, refused).Message;

    private static string Outside(Action refused) => Assert.Throws<ArgumentOutOfRangeException>("to", refused).Message;
}

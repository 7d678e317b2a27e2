using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class BinaryCrossEntropyTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load();
    private static readonly BinaryCrossEntropy Loss = new();

    [Theory]
    [InlineData("values", false)]
    [InlineData("values_weighted", true)]
    [InlineData("class", false)]
    [InlineData("class_weighted", true)]
    public void Cost_and_gradient_are_those_of_PyTorch(string name, bool weighted)
    {
        bool isClass = name.StartsWith("class", StringComparison.Ordinal);
        DenseBlock<double> logits = isClass
            ? RandomBatches.Block(6, 1, Reference.Doubles("binary.class.logits"))
            : RandomBatches.Block(6, 3, Reference.Doubles("binary.logits"));
        Target<double> target = isClass ? ClassTarget<double>("binary.class.classes") : ValueTarget();
        double[] weights = weighted ? Reference.Doubles("binary.weights") : [1, 1, 1, 1, 1, 1];
        var costs = new double[6];
        var gradient = new DenseBlock<double>(6, logits.Width);
        Loss.CostAndGradient(logits, target, weights, weights.Sum(), costs, gradient, 0, 6);

        Close.Everywhere(Reference.Doubles($"binary.{name}.rows"), costs, 1e-12, "cost");
        Close.Everywhere(Reference.Doubles($"binary.{name}.dlogits"), gradient.ToDoubles(), 1e-12, "gradient");
        double mean = costs.Zip(weights, (cost, weight) => cost * weight).Sum() / weights.Sum();
        Assert.Equal(Reference.Double($"binary.{name}.loss"), mean, 1e-12);
    }

    [Fact]
    public void Logits_of_ten_thousand_stay_finite_and_tiny_gradients_keep_their_digits_in_float()
    {
        DenseBlock<float> logits = RandomBatches.Block(4, 1, Reference.Singles("binary.extreme.logits"));
        var costs = new double[4];
        var gradient = new DenseBlock<float>(4, 1);
        Loss.CostAndGradient(logits, ClassTarget<float>("binary.extreme.classes"), [1, 1, 1, 1], 4, costs, gradient, 0, 4);

        Close.Everywhere(Reference.Doubles("binary.extreme.rows"), costs, 1e-6, "cost");
        double[] expected = Reference.Doubles("binary.extreme.dlogits");
        Close.Everywhere(expected, gradient.ToDoubles(), 1e-6, "gradient");
        Assert.Equal(1, gradient.Row(3)[0] / expected[3], 1e-6);
    }

    [Theory, Trait("Spec", "A15")]
    [InlineData("binary.missing", false)]
    [InlineData("binary.missing_weighted", true)]
    public void Missing_labels_are_masked_as_in_PyTorch(string name, bool weighted) => LossCases.Check(
        name, Loss, LossCases.Logits("binary.logits"), LossCases.Values("binary.targets", "binary.present"), weighted);

    [Fact, Trait("Spec", "A15")]
    public void What_a_label_teaches_does_not_depend_on_which_others_are_known()
    {
        // Two outputs, of which one is missing: half of ln 2, and a gradient of (0, (½ - 1) / 2).
        Target<double> target = Target<double>.OfValues(1, 2);
        (target.Values!.Row(0)[0], target.Values.Row(0)[1]) = (double.NaN, 1);
        var gradient = new DenseBlock<double>(1, 2);
        var costs = new double[1];
        Loss.CostAndGradient(new DenseBlock<double>(1, 2), target, [1], 1, costs, gradient, 0, 1);
        Assert.Equal(Math.Log(2) / 2, costs[0], 1e-15);
        Assert.Equal([0, -0.25], gradient.ToDoubles());
    }

    [Fact]
    public void Activate_gives_the_probabilities_of_PyTorch()
    {
        float[] z = Reference.Singles("binary.logits");
        double[] expected = Reference.Doubles("binary.probabilities");
        for (int row = 0; row < 6; row++)
        {
            var padded = new float[Lanes.Strip];
            z.AsSpan(3 * row, 3).CopyTo(padded);
            Loss.Activate<float>(padded, padded, 3);
            Close.Everywhere(expected[(3 * row)..(3 * row + 3)], Array.ConvertAll(padded[..3], p => (double)p), 1e-6, $"row {row}");
        }
    }

    [Fact]
    public void The_cost_of_many_outputs_is_their_mean()
    {
        // Enough for several strips, each with a logarithm of its own: all logits 0, so that each output costs ln 2.
        var logits = new DenseBlock<double>(1, 1000);
        var costs = new double[1];
        Loss.Cost(logits, Target<double>.OfValues(1, 1000), costs, 0, 1);
        Assert.Equal(Math.Log(2), costs[0], 1e-12);
    }

    [Fact]
    public void A_network_with_one_output_learns_to_tell_two_classes_apart()
    {
        LabeledRows rows = TwoClusters(600);
        var options = new TrainingOptions { MaximumEpochs = 30, Seed = 3, Optimizer = new Adam(0.02) };
        NetworkSpec spec = NetworkSpec.Input(2).Dense(8).Tanh().Dense(1);
        TrainingResult result = new Trainer(spec, Loss, options).Train(rows);
        EpochRecord last = result.History.Epochs[^1];
        Assert.True(last.ValidationMetrics["accuracy"] >= 0.97, $"{last}");
        Assert.True(last.ValidationLoss < 0.2, $"{last}");

        var predictor = new Predictor(result.Network, Loss);
        var probability = new float[2];
        predictor.Predict([-1, -1, 1, 1], 2, probability, predictor.CreateBuffer(2));
        Assert.InRange(probability[0], 0, 0.2f);
        Assert.InRange(probability[1], 0.8f, 1);
    }

    [Fact]
    public void A_third_class_is_refused()
    {
        const string fault =
            "the network has 1 output, which distinguishes class 0 and 1; for more classes use SoftmaxCrossEntropy with one output per class";
        var trainer = new Trainer(NetworkSpec.Input(1).Dense(1), Loss, new TrainingOptions());
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.Train(new LabeledRows(1, [1, 2], [0, 2])));
        Assert.Equal($"The training rows have class 2 but {fault}. (Parameter 'training')", error.Message);

        Target<float> target = Target<float>.OfClasses(3);
        target.Classes[1] = -1;
        Assert.Equal($"The target has class -1 but {fault}.", Assert.Throws<ArgumentException>(() => Loss.Validate(1, target)).WithoutParameter());
    }

    [Fact]
    public void A_class_for_several_outputs_is_refused()
    {
        const string fault =
            "each of the network's 3 outputs is an independent binary label; end it with one Dense unit, or use SoftmaxCrossEntropy";
        var trainer = new Trainer(NetworkSpec.Input(1).Dense(3), Loss, new TrainingOptions());
        ArgumentException error = Assert.Throws<ArgumentException>(() => trainer.Train(new LabeledRows(1, [1, 2], [0, 1])));
        Assert.Equal($"The training rows have class 1 but {fault}. (Parameter 'training')", error.Message);
        Assert.Equal(
            $"The target has class 0 but {fault}.",
            Assert.Throws<ArgumentException>(() => Loss.Validate(3, Target<float>.OfClasses(2))).WithoutParameter());
    }

    [Fact]
    public void Values_of_another_width_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Validate(3, Target<float>.OfValues(5, 4)));
        Assert.Equal("The target has 4 values per row but the network has 3 outputs; they must be equal.", error.WithoutParameter());
    }

    [Theory]
    [InlineData(1.5f, "1.5")]
    [InlineData(-0.25f, "-0.25")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void Values_that_are_no_probabilities_are_refused(float value, string text)
    {
        Target<float> target = Target<float>.OfValues(5, 4);
        target.Values!.Row(2)[3] = value;
        ArgumentException error = Assert.Throws<ArgumentException>(() => Loss.Validate(4, target));
        Assert.Equal(
            $"Row 2 of the target has the value {text}; it must be in [0, 1], 0 for negative and 1 for positive, or NaN if it is missing.",
            error.WithoutParameter());
    }

    private static Target<double> ValueTarget()
    {
        Target<double> target = Target<double>.OfValues(6, 3);
        double[] values = Reference.Doubles("binary.targets");
        for (int row = 0; row < 6; row++)
            values.AsSpan(3 * row, 3).CopyTo(target.Values!.Row(row));
        return target;
    }

    private static Target<T> ClassTarget<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int[] classes = Reference.Integers(name);
        Target<T> target = Target<T>.OfClasses(classes.Length);
        classes.CopyTo(target.Classes);
        return target;
    }

    private static LabeledRows TwoClusters(int count)
    {
        var random = new Random(1);
        int[] classes = [.. Enumerable.Range(0, count).Select(_ => random.Next(2))];
        float[] features = [.. classes.SelectMany(label => new[] { Around(label), Around(label) })];
        return new LabeledRows(2, features, classes);

        float Around(int label) => 2 * label - 1 + 1.5f * (random.NextSingle() + random.NextSingle() - 1);
    }
}

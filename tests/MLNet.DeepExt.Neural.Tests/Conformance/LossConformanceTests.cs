using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every loss must do, whatever its kind.</summary>
[Trait("Spec", "A2")]
public sealed class LossConformanceTests
{
    private const int Rows = 9;

    public static TheoryData<string> Names => [.. LossTable.Names];

    public static TheoryData<string> NamesWithMissingTargets => [.. LossTable.Names.Where(
        name => LossTable.Batch<float>(name, 1, 1).Target.Values is not null && LossTable.Loss(name).FaultOfValue(double.NaN) is null)];

    [Fact]
    public void The_table_has_a_row_for_every_loss()
    {
        IEnumerable<Type> kinds = typeof(Loss).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Loss)));
        Assert.Empty(kinds.Except(LossTable.Names.Select(name => LossTable.Loss(name).GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_agrees_with_finite_differences(string name)
    {
        // A single linear layer: its weights pass the gradient of the loss on as it is.
        var network = new Network<double>(NetworkSpec.Input(5).Dense(LossTable.Outputs(name)), seed: 2);
        GradientCheckReport report = GradientCheck.Run(network, LossTable.Loss(name), LossTable.Batch<double>(name, Rows, 5));
        Assert.True(report.Ratio <= 1e-7, report.ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void Float_agrees_with_double(string name)
    {
        (double[] costs, double[] gradient) = Evaluate(LossTable.Loss(name), LossTable.Batch<float>(name, Rows, LossTable.Outputs(name)));
        (double[] expectedCosts, double[] expectedGradient) = Evaluate(
            LossTable.Loss(name), LossTable.Batch<double>(name, Rows, LossTable.Outputs(name)));
        Close.InNorm(expectedCosts, costs, 1e-6, "cost");
        Close.InNorm(expectedGradient, gradient, 1e-6, "gradient");
    }

    [Theory, MemberData(nameof(Names))]
    public void The_cost_alone_is_the_cost_with_its_gradient(string name)
    {
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        (double[] costs, _) = Evaluate(LossTable.Loss(name), batch);
        var alone = new double[Rows];
        LossTable.Loss(name).Cost(batch.Inputs.AsDense(), batch.Target, alone, 0, Rows);
        Assert.Equal(costs, alone);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_leaves_the_padding_of_its_rows_at_zero(string name)
    {
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        var gradient = new DenseBlock<float>(Rows, LossTable.Outputs(name));
        LossTable.Loss(name).CostAndGradient(
            batch.Inputs.AsDense(), batch.Target, batch.Weights, batch.TotalWeight(), new double[Rows], gradient, 0, Rows);
        for (int row = 0; row < Rows; row++)
            Assert.Equal(0, gradient.PaddedRow(row)[LossTable.Outputs(name)..].ToArray().Sum(Math.Abs));
    }

    [Theory, MemberData(nameof(NamesWithMissingTargets)), Trait("Spec", "A15")]
    public void A_missing_target_has_no_gradient_and_leaves_that_of_others_as_it_is(string name)
    {
        Loss loss = LossTable.Loss(name);
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        DenseBlock<float> values = batch.Target.Values!;
        (double[] costs, double[] gradient) = Evaluate(loss, batch);
        int outputsPerTarget = LossTable.Outputs(name) / values.Width;
        for (int row = 0; row < Rows; row++)
        {
            for (int j = 0; j < values.Width; j++)
            {
                if (!IsMissing(row, j))
                    continue;
                values.Row(row)[j] = float.NaN;
                gradient.AsSpan((row * values.Width + j) * outputsPerTarget, outputsPerTarget).Clear();
            }
        }

        loss.Validate(LossTable.Outputs(name), batch.Target);
        (double[] fewer, double[] gradientOfFewer) = Evaluate(loss, batch);
        Assert.Equal(gradient, gradientOfFewer);
        Assert.Equal(0, fewer[1]);
        for (int row = 0; row < Rows; row++)
            Assert.InRange(fewer[row], 0, costs[row]);

        // All of the second row, and every third of the others.
        bool IsMissing(int row, int j) => row == 1 || (row + j) % 3 == 0;
    }

    [Theory, MemberData(nameof(Names))]
    public void Rows_are_computed_alike_whoever_computes_them(string name)
    {
        Loss loss = LossTable.Loss(name);
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        (double[] expectedCosts, double[] expectedGradient) = Evaluate(loss, batch);

        var costs = new double[Rows];
        var gradient = new DenseBlock<float>(Rows, LossTable.Outputs(name));
        foreach ((int from, int to) in new[] { (4, Rows), (0, 1), (1, 4) })
            loss.CostAndGradient(batch.Inputs.AsDense(), batch.Target, batch.Weights, batch.TotalWeight(), costs, gradient, from, to);
        Assert.Equal(expectedCosts, costs);
        Assert.Equal(expectedGradient, gradient.ToDoubles());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_outputs_may_take_the_place_of_the_logits(string name)
    {
        int width = LossTable.Outputs(name);
        float[] logits = new float[Lanes.Pad(width)];
        RandomBatches.Block<float>(1, width, new Random(1)).Row(0).CopyTo(logits);
        var elsewhere = new float[logits.Length];
        elsewhere.AsSpan().Fill(7);
        LossTable.Loss(name).Activate<float>(logits, elsewhere, width);
        LossTable.Loss(name).Activate<float>(logits, logits, width);
        Assert.Equal(logits, elsewhere);
        Assert.All(elsewhere[width..], value => Assert.Equal(0, value));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_cost_of_a_row_with_several_lines_is_the_mean_of_their_costs_and_so_is_its_gradient(string name)
    {
        const int Members = 3;
        Loss loss = LossTable.Loss(name);
        Batch<double> batch = LossTable.Batch<double>(name, Rows, 1);
        DenseBlock<double> logits = RandomBatches.Block<double>(Rows * Members, LossTable.Outputs(name), new Random(3));
        var gradient = new DenseBlock<double>(logits.Rows, logits.Width);
        var costs = new double[Rows];
        foreach ((int from, int to) in new[] { (4, Rows), (0, 4) })
            loss.CostAndGradient(logits, batch.Target, batch.Weights, batch.TotalWeight(), costs, gradient, from, to);

        var expected = new double[Rows];
        double[] expectedGradient = new double[logits.Rows * logits.Width];
        for (int member = 0; member < Members; member++)
        {
            DenseBlock<double> own = new(Rows, logits.Width), ownGradient = new(Rows, logits.Width);
            for (int row = 0; row < Rows; row++)
                logits.Row(row * Members + member).CopyTo(own.Row(row));
            var ownCosts = new double[Rows];
            loss.CostAndGradient(own, batch.Target, batch.Weights, batch.TotalWeight(), ownCosts, ownGradient, 0, Rows);
            for (int row = 0; row < Rows; row++)
            {
                expected[row] += ownCosts[row] / Members;
                for (int j = 0; j < logits.Width; j++)
                    expectedGradient[(row * Members + member) * logits.Width + j] = ownGradient.Row(row)[j] / Members;
            }
        }

        Close.Everywhere(expected, costs, 1e-14, "cost");
        Close.Everywhere(expectedGradient, gradient.ToDoubles(), 1e-15, "gradient");
        var alone = new double[Rows];
        loss.Cost(logits, batch.Target, alone, 0, Rows);
        Assert.Equal(costs, alone);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_output_of_the_mean_of_members_is_the_mean_of_their_outputs(string name)
    {
        const int Members = 5;
        Loss loss = LossTable.Loss(name);
        int width = LossTable.Outputs(name);
        foreach (double size in new[] { 1.0, 80, 1e4 })
        {
            DenseBlock<double> logits = RandomBatches.Block<double>(Rows * Members, width, new Random(3)), means = new(Rows, width);
            var random = new Random(4);
            for (int line = 0; line < logits.Rows; line++)
            {
                foreach (ref double logit in logits.Row(line))
                    logit = size == 1 ? logit : size * random.Next(-1, 2); // each of a sum at its limit, or at 0
            }

            foreach ((int from, int to) in new[] { (4, Rows), (0, 4) })
                loss.MeanOfMembers(logits, means, from, to);
            loss.Activate(means, means);
            loss.Activate(logits, logits);
            for (int row = 0; row < Rows; row++)
            {
                for (int j = 0; j < width; j++)
                {
                    double expected = Enumerable.Range(0, Members).Average(member => logits.Row(row * Members + member)[j]);
                    Assert.Equal(expected, means.Row(row)[j], 1e-6 * Math.Max(1, Math.Abs(expected)));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_mean_of_a_single_member_is_itself(string name)
    {
        DenseBlock<float> logits = RandomBatches.Block<float>(Rows, LossTable.Outputs(name), new Random(3));
        var means = new DenseBlock<float>(Rows, logits.Width);
        LossTable.Loss(name).MeanOfMembers(logits, means, 0, Rows);
        Assert.Equal(logits.ToDoubles(), means.ToDoubles());
    }

    [Theory, MemberData(nameof(Names))]
    public void The_cost_of_a_batch_is_the_weighted_mean_of_its_rows(string name)
    {
        Loss loss = LossTable.Loss(name);
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        DenseBlock<float> logits = batch.Inputs.AsDense(), gradient = new(Rows, logits.Width);
        (double[] costs, double[] expected) = Evaluate(loss, batch);
        double cost = loss.CostAndGradient(logits, batch.Target, gradient, batch.Weights);
        Assert.Equal(batch.WeightedSum(costs) / batch.TotalWeight(), cost);
        Assert.Equal(cost, loss.Cost(logits, batch.Target, batch.Weights));
        Assert.Equal(expected, gradient.ToDoubles());

        batch.Weights.Fill(1);
        (costs, expected) = Evaluate(loss, batch);
        Assert.Equal(costs.Sum() / Rows, loss.CostAndGradient(logits, batch.Target, gradient));
        Assert.Equal(expected, gradient.ToDoubles());
    }

    [Theory, MemberData(nameof(Names))]
    public void It_allocates_nothing(string name)
    {
        Loss loss = LossTable.Loss(name);
        Batch<float> batch = LossTable.Batch<float>(name, Rows, LossTable.Outputs(name));
        var gradient = new DenseBlock<float>(Rows, LossTable.Outputs(name));
        var costs = new double[Rows];
        var outputs = new float[Lanes.Pad(LossTable.Outputs(name))];
        double totalWeight = batch.TotalWeight();
        DenseBlock<float> members = RandomBatches.Block<float>(2 * Rows, LossTable.Outputs(name), new Random(3));
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            DenseBlock<float> logits = batch.Inputs.AsDense();
            loss.Cost(logits, batch.Target, costs, 0, Rows);
            loss.CostAndGradient(logits, batch.Target, batch.Weights, totalWeight, costs, gradient, 0, Rows);
            loss.CostAndGradient(logits, batch.Target, gradient, batch.Weights);
            loss.Activate(logits.PaddedRow(0), outputs.AsSpan(), LossTable.Outputs(name));
            loss.MeanOfMembers(members, logits, 0, Rows);
        }));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_comes_back_equal_from_a_file(string name)
    {
        NetworkSpec spec = NetworkSpec.Input(3).Dense(LossTable.Outputs(name));
        (_, Loss loss) = NetworkJson.Read(NetworkJson.Write(spec, LossTable.Loss(name)));
        Assert.Equal(LossTable.Loss(name), loss);
        Assert.Equal(LossTable.Loss(name).GetHashCode(), loss.GetHashCode());
    }

    // The inputs of the batch serve as logits.
    private static (double[] Costs, double[] Gradient) Evaluate<T>(Loss loss, Batch<T> batch)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var costs = new double[Rows];
        DenseBlock<T> logits = batch.Inputs.AsDense();
        var gradient = new DenseBlock<T>(Rows, logits.Width);
        loss.CostAndGradient(logits, batch.Target, batch.Weights, batch.TotalWeight(), costs, gradient, 0, Rows);
        return (costs, gradient.ToDoubles());
    }
}

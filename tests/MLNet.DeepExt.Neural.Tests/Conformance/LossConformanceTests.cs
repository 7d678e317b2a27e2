using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every loss must do, whatever its kind.</summary>
public sealed class LossConformanceTests
{
    private const int Rows = 9;

    public static TheoryData<string> Names => [.. LossTable.Names];

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
        (double[] expectedCosts, double[] expectedGradient) = Evaluate(LossTable.Loss(name), LossTable.Batch<double>(name, Rows, LossTable.Outputs(name)));
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

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Plain gradient descent: the update α·g. With mini-batches it is called SGD.</summary>
/// <remarks>It has no state. Equal to PyTorch's <c>torch.optim.SGD</c> without momentum.</remarks>
public sealed record GradientDescent : Optimizer
{
    /// <summary>The rule with its default rate.</summary>
    public GradientDescent() { }

    /// <summary>Creates the rule with a step size.</summary>
    /// <param name="learningRate">α, above 0.</param>
    public GradientDescent(double learningRate) => LearningRate = learningRate;

    /// <summary>
    /// The step size α, above 0. Default 0.1, which suits normalized inputs and layers. Steps that are too large for the
    /// curvature of the loss increase the loss; steps that are too small make training slow.
    /// </summary>
    public override double LearningRate { get; init; } = 0.1;

    /// <inheritdoc/>
    public override double UsualLearningRate => 0.1;

    /// <inheritdoc/>
    public override int StatesPerParameter => 0;

    /// <inheritdoc/>
    public override TransformReach Reach => TransformReach.Elements;

    internal override bool TellsWeightsApart => false;

    /// <inheritdoc/>
    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step) =>
        UpdateLoop.Run(new Scale<T>(step.LearningRate), gradient, parameters, state);

    /// <inheritdoc/>
    public override void Validate() => RequireLearningRate();
}

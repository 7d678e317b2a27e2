namespace GradientChecking;

/// <summary>What is wrong in a backpropagation.</summary>
[Flags]
internal enum Bugs
{
    None = 0,

    /// <summary>dW of layer 2 is doubled.</summary>
    DoubledWeights2 = 1,

    /// <summary>db of layer 1 is multiplied by 4/m instead of 1/m.</summary>
    FourfoldBias1 = 2,

    All = DoubledWeights2 | FourfoldBias1,
}

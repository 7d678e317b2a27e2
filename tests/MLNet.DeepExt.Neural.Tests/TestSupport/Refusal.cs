namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>What kernels say that refuse a span.</summary>
internal static class Refusal
{
    /// <summary>The whole message about a span that is one element short of what is needed.</summary>
    public static string TooShort(string span, int needed) =>
        $"The span {span} has {needed - 1} elements but its shape and stride need {needed}; give it a longer one. (Parameter '{span}')";
}

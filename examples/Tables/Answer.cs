namespace Tables;

/// <summary>What the model says of a customer.</summary>
internal sealed class Answer
{
    public float Probability { get; set; }
}

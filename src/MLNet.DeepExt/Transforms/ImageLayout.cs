namespace MLNet.DeepExt.Transforms;

/// <summary>How many numbers a picture becomes, and in which order: (height, width, colors).</summary>
internal sealed record ImageLayout(int Height, int Width, ImageColors Colors)
{
    public int Channels => Colors == ImageColors.Gray ? 1 : 3;

    public int Length => Height * Width * Channels;
}
